import { Emitter } from "../helpers/emitter.js"
import { Client } from "../realtime/client.js"
import { Monitor } from "../realtime/monitor.js"
import { Socket } from "../realtime/socket.js"

/** The client and its monitor put together, and what people are told of them: `state` and `until`. */
export class Connection extends Emitter {
  #ready = new Emitter()
  #signedOut = new Emitter()
  #isReady = false

  /** `me`: whose page this is; none where anybody who may see it may have it. */
  constructor({ me = null, url, epoch, clock, probe }) {
    super()
    this.client = new Client({
      clock,
      epoch,
      openSocket: handlers => new Socket(url, handlers),
      accepts: ({ user }) => !me || user.id === me.id || startAnew(),
      greeted: () => this.monitor.greeted(),
      ready: () => {
        this.#isReady = true
        this.#ready.changed()
      },
      heard: () => this.monitor.heard(),
      closed: (code, returnAfter) => {
        this.#isReady = false
        this.monitor.closed(code, returnAfter)
      },
    })
    this.monitor = new Monitor({
      clock,
      probe,
      isOnline: () => navigator.onLine,
      changed: state => {
        this.changed()
        // The browser was offline for a moment, and the connection has stood all the time.
        if (state === "connected" && this.#isReady) this.#ready.changed()
      },
      signedOut: () => this.#signedOut.changed(),
      line: {
        open: () => this.client.open(() => this.monitor.opened()),
        drop: () => this.client.drop(),
        ping: () => this.client.ping(),
      },
    })
  }

  get state() {
    return this.monitor.state
  }

  get until() {
    return this.monitor.until
  }

  /** The topics are heard: commands find their way. */
  onReady(act) {
    this.#ready.on(act)
  }

  /** The browser is signed out, as the server has confirmed. */
  onSignedOut(act) {
    this.#signedOut.on(act)
  }

  /** Give the line up for good. */
  end() {
    this.monitor.end()
  }

  begin() {
    addEventListener("online", () => {
      this.monitor.wentOnline()
      this.client.retries.hurry()
    })
    addEventListener("offline", () => this.monitor.wentOffline())
    document.addEventListener("visibilitychange", () => document.hidden || this.#becameVisible())
    // A page that comes back from the back/forward cache has lost its line without hearing of it.
    addEventListener("pageshow", ({ persisted }) => persisted && this.#becameVisible())
    this.monitor.connect()
  }

  #becameVisible() {
    this.monitor.becameVisible()
    this.client.retries.hurry()
  }

  retryNow() {
    this.monitor.retryNow()
  }
}

/** Somebody else signed in here since: what this page has and what waits to be sent is not theirs. */
function startAnew() {
  location.reload()
  return false
}
