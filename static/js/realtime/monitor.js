import { CLOSES, mayComeBack } from "./protocol.js"

const SILENCE_MS = 35_000
const OPENING_MS = 12_000
const SUSPICION_MS = 8_000
const ANSWER_MS = 5_000
const STEADY_MS = 10_000
/** With too many windows open, another attempt is made at this interval, and when the page becomes visible. */
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
 * The monitor of a connection, which keeps it open. It has all the timers: when a connection is dead, when to
 * reconnect.
 *
 * `connection` has open(), drop() and ping() (a promise); `probe` asks over HTTP why a handshake failed ("signed-out"
 * or anything). `changed(state, until)` gets connecting, connected, waiting (until), offline, and the final states
 * signed-out, outdated, too-many and blocked. `signedOut` is called when the server has confirmed that this browser is
 * signed out.
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

  /** Reconnect at once: the user asked, the network is back, or the page is visible again. */
  retryNow() {
    if (this.state === "connecting" || this.state === "connected") return
    if (this.#mayStillWork) return this.#suspect()
    this.#attempts = 0
    this.connect()
  }

  opened() {
    this.#opened = true
  }

  /** Close the connection for good. */
  end() {
    this.#ended = true
    this.#clear()
    this.connection.drop()
    this.#clear()
    this.#enter("signed-out")
  }

  /** `hello` has arrived: the connection works. */
  greeted() {
    this.#connectedAt = this.clock.now()
    this.#enter("connected")
    this.received()
  }

  received() {
    this.#receivedAt = this.clock.now()
    if (this.state === "connected") this.#watchSilence()
  }

  /** `returnAfter`: the delay in ms that a restarting server asks for; each client gets its own. */
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

  /**
   * The close code may concern an old session only: after a password change the browser has a new one, and reconnects.
   */
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
    // An earlier attempt may still fail: the next one should come soon, not after a grown delay.
    this.#attempts = 0
    if (this.state === "offline" || this.state === "waiting") this.retryNow()
  }

  wentOffline() {
    if (this.state === "waiting") {
      this.#clear()
      this.#enter("offline")
    } else if (this.state === "connected") {
      // Shown at once: "Online" would be wrong for as long as a reply may take.
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

  /** Check a connection that looks open, as after a laptop's sleep, in which timers did not run. */
  #suspect() {
    if (this.clock.now() - this.#receivedAt >= SILENCE_MS) return this.connection.drop()
    this.#after(ANSWER_MS, () => this.connection.drop())
    Promise.resolve(this.connection.ping()).then(isAnswered => isAnswered === true && this.#answered())
  }

  /** The server replies although the browser is offline: it may run on this machine. */
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
