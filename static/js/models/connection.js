import { Emitter } from "../helpers/emitter.js"
import { Client } from "../realtime/client.js"
import { Monitor } from "../realtime/monitor.js"
import { Socket } from "../realtime/socket.js"

/** The connection to the server with its monitor: its `state`, and `until` when it waits. */
export class Connection extends Emitter {
  #ready = new Emitter()
  #signedOut = new Emitter()
  #isReady = false

  /** `me`: the user of this page; null if any signed-in user will do. */
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
      received: () => this.monitor.received(),
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
        // The browser was offline for a moment, but the connection survived.
        if (state === "connected" && this.#isReady) this.#ready.changed()
      },
      signedOut: () => this.#signedOut.changed(),
      connection: {
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

  /** Call `act` whenever the topics are subscribed and commands can be sent. */
  onReady(act) {
    this.#ready.on(act)
  }

  /** Call `act` when the server has confirmed that the browser is signed out. */
  onSignedOut(act) {
    this.#signedOut.on(act)
  }

  /** Close the connection for good. */
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
    // A page from the back/forward cache has lost its connection without a close event.
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

/** Another user has signed in since: the page's data and unsent messages are not theirs. */
function startAnew() {
  location.reload()
  return false
}
