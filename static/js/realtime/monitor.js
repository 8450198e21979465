import { CLOSES, mayComeBack } from "./protocol.js"

const SILENCE_MS = 35_000
const OPENING_MS = 12_000
const SUSPICION_MS = 8_000
const ANSWER_MS = 5_000
const STEADY_MS = 10_000
/** Somebody with too many windows closes some: looked for now and then, and whenever the page is looked at. */
const CROWDED_MS = 30_000
const FIRST_CAP_MS = 1_000
const LAST_CAP_MS = 30_000

const STOPS = {
  [CLOSES.notOurProtocol]: "outdated",
  [CLOSES.signedOut]: "signed-out",
  [CLOSES.tooManyLinks]: "too-many",
  [CLOSES.abuse]: "blocked",
}

/**
 * Keeps a line open. Time lives here only: when a line is dead, when to try again.
 *
 * `connection` opens, drops and pings (a promise); `probe` asks over HTTP why a handshake failed ("signed-out" or anything);
 * `changed(state, until)` hears: connecting, connected, waiting (until), offline, and what ends it: signed-out,
 * outdated, too-many, blocked. `signedOut` hears when the server has confirmed that this browser is signed out.
 */
export class Monitor {
  state = "connecting"
  until = null
  #timer = null
  #attempts = 0
  #opened = false
  #receivedAt = 0
  #connectedAt = null
  #ended = false

  constructor({ connection, probe, changed, clock, isOnline, signedOut = () => {} }) {
    Object.assign(this, { connection, probe, changed, clock, isOnline, signedOut })
  }

  connect() {
    if (this.#ended) return
    this.#opened = false
    this.#enter("connecting")
    this.#after(OPENING_MS, () => this.connection.drop())
    this.connection.open()
  }

  /** Try at once: the person asked, the network is back, or the page is looked at again. */
  retryNow() {
    if (this.state === "connecting" || this.state === "connected") return
    if (this.#mayStillWork) return this.#suspect()
    this.#attempts = 0
    this.connect()
  }

  opened() {
    this.#opened = true
  }

  /** No line any more, whatever comes. */
  end() {
    this.#ended = true
    this.#clear()
    this.connection.drop()
    this.#clear()
    this.#enter("signed-out")
  }

  /** `hello` was heard: the line works. */
  greeted() {
    this.#connectedAt = this.clock.now()
    this.#enter("connected")
    this.received()
  }

  received() {
    this.#receivedAt = this.clock.now()
    if (this.state === "connected") this.#watchSilence()
  }

  /** `returnAfter`: when a server that restarts wants us back, in ms; each client gets a moment of its own. */
  async closed(code, returnAfter = null) {
    this.#clear()
    if (this.#ended) return
    if (!mayComeBack(code)) return this.#stop(code)
    if (this.#wasSteady()) this.#attempts = 0
    this.#connectedAt = null
    if (!this.isOnline()) return this.#enter("offline")
    this.#wait(returnAfter)
    if (!this.#opened) await this.#askWhy()
  }

  /** Signed out may mean one sign-in alone: after a new password the browser has another, and comes back. */
  async #stop(code) {
    this.#connectedAt = null
    this.#enter(STOPS[code] ?? "blocked")
    if (code === CLOSES.tooManyLinks) this.#after(CROWDED_MS, () => this.connect())
    if (code !== CLOSES.signedOut) return
    const answer = await this.probe()
    if (this.state !== "signed-out" || this.#ended) return
    if (answer === "signed-in") this.#wait()
    else if (answer === "signed-out") this.signedOut()
  }

  wentOnline() {
    if (this.state === "connected") return this.#suspect()
    // A try from before may still fail: the next one comes soon, and not after a wait that has grown.
    this.#attempts = 0
    if (this.state === "offline" || this.state === "waiting") this.retryNow()
  }

  wentOffline() {
    if (this.state === "waiting") {
      this.#clear()
      this.#enter("offline")
    } else if (this.state === "connected") {
      // Said at once: to be told "Online" for as long as an answer may take would be wrong.
      this.#enter("offline")
      this.#suspect()
    }
  }

  becameVisible() {
    if (["waiting", "offline", "too-many"].includes(this.state)) this.retryNow()
    else if (this.state === "connected" && this.clock.now() - this.#receivedAt > SUSPICION_MS) this.#suspect()
  }

  #wait(asked = null) {
    const delay = asked >= 0 && Number.isFinite(asked) ? Math.min(asked, LAST_CAP_MS) : this.#ownDelay()
    this.#after(delay, () => this.connect())
    this.#enter("waiting", this.clock.now() + delay)
  }

  #ownDelay() {
    const cap = Math.min(LAST_CAP_MS, FIRST_CAP_MS * 2 ** this.#attempts)
    this.#attempts += 1
    return this.clock.random() * cap
  }

  async #askWhy() {
    const answer = await this.probe()
    if (answer !== "signed-out" || this.state === "connected") return
    this.#clear()
    if (this.state === "connecting") this.connection.drop()
    this.#clear()
    this.#enter("signed-out")
    if (!this.#ended) this.signedOut()
  }

  /** A laptop that slept has a line that looks open: silence was missed, so ask. */
  #suspect() {
    if (this.clock.now() - this.#receivedAt >= SILENCE_MS) return this.connection.drop()
    this.#after(ANSWER_MS, () => this.connection.drop())
    Promise.resolve(this.connection.ping()).then(isAnswered => isAnswered === true && this.#answered())
  }

  /** The browser called itself offline, and the server answers all the same: it may be on this very machine. */
  #answered() {
    if (!this.#mayStillWork || this.#ended) return
    this.#enter("connected")
    this.received()
  }

  get #mayStillWork() {
    return this.state === "offline" && this.#connectedAt !== null
  }

  #watchSilence() {
    this.#after(SILENCE_MS, () => this.connection.drop())
  }

  #wasSteady() {
    return this.#connectedAt !== null && this.clock.now() - this.#connectedAt >= STEADY_MS
  }

  #after(delay, act) {
    this.#clear()
    this.#timer = this.clock.setTimeout(act, delay)
  }

  #clear() {
    this.clock.clearTimeout(this.#timer)
    this.#timer = null
  }

  #enter(state, until = null) {
    this.state = state
    this.until = until
    this.changed(state, until)
  }
}
