import { t } from "../helpers/i18n.js"
import { CommandError, decode, encode, isReply } from "./protocol.js"
import { Retries } from "./retries.js"
import { Subscriptions } from "./subscriptions.js"

const REPLY_MS = 15_000

/**
 * The protocol over one connection after the other: commands with refs become promises, events go to their topic's
 * listener. Nothing is queued while disconnected: whatever must not lose a command (the outbox) waits for `ready`.
 */
export class Client {
  connected = false
  #socket = null
  #ref = 0
  #waiting = new Map()
  #returnAfter = null

  /**
   * `accepts` decides whether to go on after hello. Callbacks: `greeted` after hello, `ready` when the topics are
   * subscribed, `received` with every frame, `closed` with the close code and the delay in milliseconds that the server
   * asks for, if any.
   */
  constructor({ openSocket, clock, epoch = null, accepts = () => true, greeted, ready, received, closed }) {
    Object.assign(this, { openSocket, clock, accepts, greeted, received, closed })
    this.retries = new Retries({ clock })
    this.subscriptions = new Subscriptions({
      epoch,
      clock,
      ready,
      retries: this.retries,
      ask: (...command) => this.#ask(...command),
    })
  }

  open(opened = () => {}) {
    this.#returnAfter = null
    this.#socket = this.openSocket({
      opened,
      received: frame => this.#receive(frame),
      closed: code => this.#end(code),
    })
  }

  drop() {
    this.#socket?.drop()
  }

  /** Resolves with whether the server replies. */
  ping() {
    return this.send("ping").then(
      () => true,
      () => false,
    )
  }

  /** Send a command; resolves with its `ok`, rejects with a CommandError. */
  send(type, topic = null, data = {}) {
    return new Promise((resolve, reject) => this.#ask(type, topic, data, resolve, reject))
  }

  /** Subscribe to a topic from `after` on (null: from now). The listener is that of `Subscriptions.add`. */
  subscribe(topic, after, listener) {
    this.subscriptions.add(topic, after, listener)
    if (this.connected) this.subscriptions.catchUp([topic])
  }

  /** Unsubscribe from a topic; resolves when the server has replied. */
  async unsubscribe(topic) {
    if (!this.subscriptions.remove(topic) || !this.connected) return
    await this.send("unsubscribe", null, { topics: [topic] }).catch(() => {})
  }

  /** Callbacks, not a promise: a subscribe must be settled before the next line of the same frame is read. */
  #ask(type, topic, data, resolve, reject) {
    if (!this.connected) return reject(connectionError("disconnected", t("You're not connected.")))
    this.#ref += 1
    const ref = this.#ref
    const timer = this.clock.setTimeout(() => this.#giveUp(ref), REPLY_MS)
    this.#waiting.set(ref, { resolve, reject, timer })
    this.#socket.send(encode(ref, type, topic, data))
  }

  #receive(frame) {
    for (const object of decode(frame)) {
      if (isReply(object)) this.#settle(object)
      else if (object.type === "hello") this.#greet(object.data)
      else if (object.type === "heartbeat") this.subscriptions.compare(object.data?.heads ?? {})
      else if (object.type === "restarting") this.#returnAfter = object.data?.after_ms ?? null
      else if (object.topic) this.subscriptions.deliver(object)
    }
    this.received?.()
  }

  #greet(hello) {
    if (!this.accepts(hello)) return this.drop()
    this.connected = true
    this.greeted?.(hello)
    this.subscriptions.greet(hello.epoch)
  }

  #settle({ ref, ok, error }) {
    const command = this.#take(ref)
    if (!command) return
    if (error) command.reject(new CommandError(error))
    else command.resolve(ok)
  }

  #giveUp(ref) {
    this.#take(ref)?.reject(connectionError("timeout", t("The server didn't respond.")))
  }

  #take(ref) {
    const command = this.#waiting.get(ref)
    if (!command) return null
    this.#waiting.delete(ref)
    this.clock.clearTimeout(command.timer)
    return command
  }

  #end(code) {
    this.connected = false
    this.#socket = null
    for (const ref of [...this.#waiting.keys()])
      this.#take(ref).reject(connectionError("disconnected", t("The connection was lost.")))
    this.subscriptions.interrupt()
    this.closed?.(code, this.#returnAfter)
  }
}

function connectionError(code, message) {
  return new CommandError({ code, message, retry: true })
}
