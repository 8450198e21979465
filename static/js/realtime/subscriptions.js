import { Timeline } from "./timeline.js"

/** A subscribe names at most this many topics: the frame stays far below the server's 32 KiB. */
const BATCH = 400
/** A head may overtake its events by one flush; only who is still behind after this asks again. */
const GRACE_MS = 2_000
const RETRY_MS = 3_000

/** Which topics are heard, how far each has come, and what to do about what is missing. */
export class Subscriptions {
  #topics = new Map()
  #line = 0
  #firstReplies = 0

  /**
   * `ask(type, topic, data, resolve, reject)` calls back before anything that follows the reply is read; `ready` hears
   * when a new line's subscribes are answered: from then on commands find their topics.
   */
  constructor({ epoch, clock, ask, ready = () => {} }) {
    Object.assign(this, { epoch, clock, ask, ready })
  }

  add(topic, after, listener) {
    this.#topics.set(topic, { timeline: new Timeline(after), listener })
  }

  remove(topic) {
    return this.#topics.delete(topic)
  }

  has(topic) {
    return this.#topics.has(topic)
  }

  cursor(topic) {
    return this.#topics.get(topic)?.timeline.cursor ?? null
  }

  /** A new line: ask for everything that was missed, naming the epoch that the cursors come from. */
  greet(epoch) {
    const names = [...this.#topics.keys()]
    this.#firstReplies = Math.ceil(names.length / BATCH)
    this.catchUp(names)
    this.epoch = epoch
  }

  catchUp(names, epoch = this.epoch) {
    for (let start = 0; start < names.length; start += BATCH) this.#subscribe(names.slice(start, start + BATCH), epoch)
  }

  deliver(event) {
    const subscription = this.#topics.get(event.topic)
    if (!subscription) return
    if (event.type === "removed") return this.#end(event.topic, subscription, { code: "not_found" })
    const verdict = subscription.timeline.judge(event)
    if (verdict === "apply") subscription.listener.event(event)
    else if (verdict === "gap") this.catchUp([event.topic])
  }

  /** The heads of a heartbeat: whoever is behind now and a moment later has lost something. */
  compare(heads) {
    const behind = () => Object.keys(heads).filter(topic => this.#topics.get(topic)?.timeline.isBehind(heads[topic]))
    if (behind().length) this.#later(GRACE_MS, () => this.catchUp(behind()))
  }

  /** The line broke: its replies will not come. */
  interrupt() {
    this.#line += 1
    for (const { timeline } of this.#topics.values()) timeline.interrupt()
  }

  #subscribe(names, epoch) {
    const asked = names.filter(name => this.#topics.has(name)).map(name => [name, this.#topics.get(name)])
    if (!asked.length) return
    const topics = Object.fromEntries(asked.map(([name, { timeline }]) => [name, timeline.cursor]))
    for (const [, { timeline }] of asked) timeline.asked()
    this.ask(
      "subscribe",
      null,
      { epoch, topics },
      reply => {
        for (const [name, subscription] of asked) this.#answer(name, subscription, reply.topics[name], epoch)
        this.#countDown()
      },
      error => this.#refuse(asked, error, epoch),
    )
  }

  #countDown() {
    this.#firstReplies -= 1
    if (this.#firstReplies === 0) this.ready()
  }

  #answer(name, subscription, { head, reset, error } = {}, epoch) {
    if (head === undefined) subscription.timeline.failed()
    else subscription.timeline.caughtUp(head, { reset })
    if (this.#topics.get(name) !== subscription) return
    if (reset) subscription.listener.reset()
    else if (error?.retry) this.#again([name], error.retry_after, epoch)
    else if (error) this.#end(name, subscription, error)
  }

  #end(name, subscription, error) {
    this.#topics.delete(name)
    subscription.listener.refused(error)
  }

  #refuse(asked, error, epoch) {
    if (error.code === "disconnected") return
    for (const [, { timeline }] of asked) timeline.failed()
    const names = asked.map(([name]) => name)
    if (error.retry) this.#again(names, error.retryAfter, epoch)
    else this.#countDown()
  }

  #again(names, retryAfterSeconds, epoch) {
    this.#later(Math.max(RETRY_MS, (retryAfterSeconds ?? 0) * 1000), () => this.catchUp(names, epoch))
  }

  #later(delay, act) {
    const line = this.#line
    this.clock.setTimeout(() => line === this.#line && act(), delay)
  }
}
