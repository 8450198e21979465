import { TopicCursor } from "./topic-cursor.js"

/** A subscribe names at most this many topics: the frame stays far below the server's 32 KiB. */
const BATCH = 400
/**
 * A heartbeat's head may overtake its events by one flush; only a topic that is still behind after this is subscribed
 * again.
 */
const GRACE_MS = 2_000
const RETRY_MS = 3_000

/** The subscriptions of a client: each topic with its cursor, and the handling of gaps and resets. */
export class Subscriptions {
  #topics = new Map()
  #generation = 0
  #firstReplies = 0

  /**
   * `ask(type, topic, data, resolve, reject)` calls back before anything after the reply is read. `ready` is called
   * when a new connection's subscribes are answered: from then on commands can be sent. `retries` repeats the requests
   * of `reset`.
   */
  constructor({ epoch, clock, ask, retries, ready = () => {} }) {
    Object.assign(this, { epoch, clock, ask, retries, ready })
  }

  /**
   * Add a topic. The listener has `event(event)`, `refused(error)`, `canWait` (topics with it come last where the limit
   * does not allow all) and `reset()`: fetch the state again and apply it. `reset` returns a promise, perhaps of the
   * state's seq; it is called until one is fulfilled. Until then the cursor stays, and events are held.
   */
  add(topic, after, listener) {
    this.#topics.set(topic, { cursor: new TopicCursor(after), listener, epoch: this.epoch })
  }

  remove(topic) {
    this.retries.cancel(topic)
    return this.#topics.delete(topic)
  }

  has(topic) {
    return this.#topics.has(topic)
  }

  /** The seq up to which a topic's events were received; null if unknown. */
  cursor(topic) {
    const cursor = this.#topics.get(topic)?.cursor
    return cursor && !cursor.isResetting ? cursor.seq : null
  }

  /** Subscribe to all topics on a new connection, each cursor with the epoch that it belongs to. */
  greet(epoch) {
    this.epoch = epoch
    const names = [...this.#topics.keys()]
    const canWait = name => Boolean(this.#topics.get(name).listener.canWait)
    const batches = this.#batches([...names.filter(name => !canWait(name)), ...names.filter(canWait)])
    this.#firstReplies = batches.length
    for (const batch of batches) this.#subscribe(batch)
  }

  catchUp(names) {
    for (const batch of this.#batches(names.filter(name => this.#topics.has(name)))) this.#subscribe(batch)
  }

  deliver(event) {
    const subscription = this.#topics.get(event.topic)
    if (!subscription) return
    if (event.type === "removed") return this.#end(event.topic, { code: "not_found" })
    const result = subscription.cursor.check(event)
    if (result === "apply") subscription.listener.event(event)
    else if (result === "gap") this.catchUp([event.topic])
  }

  /** Compare with the heads of a heartbeat: a topic that is behind now and a moment later has lost events. */
  compare(heads) {
    const behind = () => Object.keys(heads).filter(topic => this.#topics.get(topic)?.cursor.isBehind(heads[topic]))
    if (behind().length) this.#later(GRACE_MS, () => this.catchUp(behind()))
  }

  /**
   * The connection was lost, and with it the replies. A state that is still being fetched belongs to the old
   * connection.
   */
  interrupt() {
    this.#generation += 1
    for (const [name, { cursor }] of this.#topics) {
      if (cursor.isResetting) this.retries.cancel(name)
      cursor.interrupt()
    }
  }

  /** A subscribe command has one epoch. After a restored backup there may be cursors of two. */
  #batches(names) {
    const byEpoch = new Map()
    for (const name of names) {
      const { epoch } = this.#topics.get(name)
      byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), name])
    }
    return [...byEpoch].flatMap(([epoch, all]) => chunks(all, BATCH).map(some => ({ epoch, names: some })))
  }

  #subscribe({ epoch, names }) {
    const asked = names.map(name => [name, this.#topics.get(name)])
    const topics = Object.fromEntries(asked.map(([name, { cursor }]) => [name, cursor.seq]))
    for (const [, { cursor }] of asked) cursor.asked()
    this.ask(
      "subscribe",
      null,
      { epoch, topics },
      reply => {
        for (const [name, subscription] of asked) this.#answer(name, subscription, reply.topics[name])
        this.#countDown()
      },
      error => this.#refuse(asked, error),
    )
  }

  #countDown() {
    this.#firstReplies -= 1
    if (this.#firstReplies === 0) this.ready()
  }

  #answer(name, subscription, { head, reset, error } = {}) {
    const { cursor } = subscription
    if (head === undefined) cursor.failed()
    else if (reset) cursor.reset(head)
    else cursor.caughtUp(head)
    if (this.#topics.get(name) !== subscription) return
    if (reset) this.#reset(name, subscription)
    else if (error?.retry) this.#retryLater([name], error.retry_after)
    else if (error) this.#end(name, error)
    else subscription.epoch = this.epoch
  }

  /** Until the state has arrived nothing changes: if the connection is lost before, the old cursor is used again. */
  #reset(name, subscription) {
    this.retries.run(name, async isCurrent => {
      const seq = await subscription.listener.reset()
      if (!isCurrent()) return
      subscription.epoch = this.epoch
      for (const event of subscription.cursor.finishReset(seq)) this.deliver(event)
    })
  }

  #end(name, error) {
    const { listener } = this.#topics.get(name)
    this.remove(name)
    listener.refused(error)
  }

  #refuse(asked, error) {
    if (error.code === "disconnected") return
    for (const [, { cursor }] of asked) cursor.failed()
    const names = asked.map(([name]) => name)
    if (error.retry) return this.#retryLater(names, error.retryAfter)
    if (asked.length > 1) return this.#divide(asked)
    for (const [name, subscription] of asked) if (this.#topics.get(name) === subscription) this.#end(name, error)
    this.#countDown()
  }

  /**
   * Split a command that was refused as a whole for good: one topic is the reason, and the others must be subscribed.
   */
  #divide(asked) {
    const names = asked.filter(([name, subscription]) => this.#topics.get(name) === subscription).map(([name]) => name)
    if (!names.length) return this.#countDown()
    const batches = chunks(names, Math.ceil(names.length / 2)).flatMap(half => this.#batches(half))
    this.#firstReplies += batches.length - 1
    for (const batch of batches) this.#subscribe(batch)
  }

  #retryLater(names, retryAfterSeconds) {
    this.#later(Math.max(RETRY_MS, (retryAfterSeconds ?? 0) * 1000), () => this.catchUp(names))
  }

  #later(delay, act) {
    const generation = this.#generation
    this.clock.setTimeout(() => generation === this.#generation && act(), delay)
  }
}

function chunks(all, size) {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}
