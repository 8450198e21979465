/** Beyond this, events are dropped; the next one leaves a gap and is fetched again. */
const MOST_HELD = 500

/**
 * The cursor of one topic, which decides what to do with the next event: the rule of docs/protocol.md §3.
 *
 * An event that leaves a gap while a subscribe is in flight was sent before the server got it. It is dropped: the
 * catch-up begins at the cursor and contains it.
 *
 * After `reset` the cursor stays until the state has arrived, and events are held: if the state can never be fetched,
 * the cursor still tells what is missing.
 */
export class TopicCursor {
  #repliesOut = 0
  /** The events since `reset`; null if none is pending. */
  #held = null
  #head = 0

  constructor(seq = null) {
    this.seq = seq
  }

  get catchingUp() {
    return this.#repliesOut > 0
  }

  get isResetting() {
    return this.#held !== null
  }

  /**
   * Returns "apply", "drop" (a repeat, or about to come again), "gap" (events are missing: subscribe again from the
   * cursor) or "hold" (the state is being fetched; finishReset() returns the event then).
   */
  check(event) {
    const { prev } = event
    if (event.seq === undefined || event.seq === null) return "apply"
    if (this.#held) return this.#hold(event)
    if (this.seq !== null && event.seq <= this.seq) return "drop"
    const follows = prev ?? event.seq - 1
    if (this.seq !== null && follows > this.seq) return this.catchingUp ? "drop" : "gap"
    this.seq = event.seq
    return "apply"
  }

  isBehind(head) {
    return !this.catchingUp && !this.#held && this.seq !== null && head > this.seq
  }

  asked() {
    this.#repliesOut += 1
  }

  /** The reply has arrived: everything up to `head` has been sent. */
  caughtUp(head) {
    this.#repliesOut -= 1
    this.#held = null
    this.seq = Math.max(this.seq ?? 0, head)
  }

  /** The reply says `reset`: the topic is subscribed from `head` on, and the state must be fetched. */
  reset(head) {
    this.#repliesOut -= 1
    this.#held = []
    this.#head = head
  }

  /** The state has arrived, as of `seq` if known. Returns the held events, to be checked again in this order. */
  finishReset(seq = 0) {
    const held = this.#held ?? []
    this.#held = null
    this.seq = Math.max(this.#head, seq ?? 0)
    return held
  }

  /** The subscribe command was refused. */
  failed() {
    this.#repliesOut -= 1
  }

  /** The connection was lost, and with it the replies. A pending reset starts again from the old cursor. */
  interrupt() {
    this.#repliesOut = 0
    this.#held = null
  }

  #hold(event) {
    this.#held.push(event)
    if (this.#held.length > MOST_HELD) this.#held.shift()
    return "hold"
  }
}
