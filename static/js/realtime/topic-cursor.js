/** More than may be kept is fetched again: what follows leaves a gap then. */
const MOST_HELD = 500

/**
 * How far one topic has come, and what to do with its next event: the rule of docs/protocol.md §3.
 *
 * An event that leaves a gap while the reply to a subscribe is out was on its way before we asked. It is dropped: what
 * is about to come begins at the seq and has it, too.
 *
 * After `reset` the seq stays where it is until the state has arrived, and what comes meanwhile is kept for then: a
 * fetch that never succeeds leaves us with what is known to be missing.
 */
export class TopicCursor {
  #repliesOut = 0
  /** What came since `reset`, and from which head it goes on; null while there is nothing to wait for. */
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
   * "apply", "drop" (seen already, or about to come again), "gap" (something is missing: subscribe again from the seq)
   * or "hold" (the state is being fetched; this hands it out then).
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

  /** The reply: everything up to `head` has been sent. */
  caughtUp(head) {
    this.#repliesOut -= 1
    this.#held = null
    this.seq = Math.max(this.seq ?? 0, head)
  }

  /** The reply says `reset`: the subscription stands, from `head` on, and the state has to be fetched. */
  reset(head) {
    this.#repliesOut -= 1
    this.#held = []
    this.#head = head
  }

  /** The state has arrived, as of `seq` where that is known. Returns what was kept: to be judged again, in this order. */
  finishReset(seq = 0) {
    const held = this.#held ?? []
    this.#held = null
    this.seq = Math.max(this.#head, seq ?? 0)
    return held
  }

  /** The subscribe was refused. */
  failed() {
    this.#repliesOut -= 1
  }

  /** The line broke: its replies will not come. Who waited for a state asks again from the old seq. */
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
