/** More than may be kept is fetched again: what follows leaves a gap then. */
const MOST_KEPT = 500

/**
 * How far one topic has come, and what to do with its next event: the rule of docs/protocol.md §3.
 *
 * An event that leaves a gap while the reply to a subscribe is out was on its way before we asked. It is dropped: what
 * is about to come begins at the cursor and has it, too.
 *
 * After `reset` the cursor stays where it is until the state has arrived, and what comes meanwhile is kept for then: a
 * fetch that never succeeds leaves us with what is known to be missing.
 */
export class Timeline {
  #repliesOut = 0
  /** What came since `reset`, and from which head it goes on; null while there is nothing to wait for. */
  #kept = null
  #head = 0

  constructor(cursor = null) {
    this.cursor = cursor
  }

  get catchingUp() {
    return this.#repliesOut > 0
  }

  get isStartingOver() {
    return this.#kept !== null
  }

  /**
   * "apply", "drop" (seen already, or about to come again), "gap" (something is missing: subscribe again from the cursor)
   * or "keep" (the state is being fetched; this hands it out then).
   */
  judge(event) {
    const { seq, prev } = event
    if (seq === undefined || seq === null) return "apply"
    if (this.#kept) return this.#keep(event)
    if (this.cursor !== null && seq <= this.cursor) return "drop"
    const follows = prev ?? seq - 1
    if (this.cursor !== null && follows > this.cursor) return this.catchingUp ? "drop" : "gap"
    this.cursor = seq
    return "apply"
  }

  isBehind(head) {
    return !this.catchingUp && !this.#kept && this.cursor !== null && head > this.cursor
  }

  asked() {
    this.#repliesOut += 1
  }

  /** The reply: everything up to `head` has been sent. */
  caughtUp(head) {
    this.#repliesOut -= 1
    this.#kept = null
    this.cursor = Math.max(this.cursor ?? 0, head)
  }

  /** The reply says `reset`: the subscription stands, from `head` on, and the state has to be fetched. */
  startOver(head) {
    this.#repliesOut -= 1
    this.#kept = []
    this.#head = head
  }

  /** The state has arrived, as of `seq` where that is known. Returns what was kept: to be judged again, in this order. */
  startedOver(seq = 0) {
    const kept = this.#kept ?? []
    this.#kept = null
    this.cursor = Math.max(this.#head, seq ?? 0)
    return kept
  }

  /** The subscribe was refused. */
  failed() {
    this.#repliesOut -= 1
  }

  /** The line broke: its replies will not come. Who waited for a state asks again from the old cursor. */
  interrupt() {
    this.#repliesOut = 0
    this.#kept = null
  }

  #keep(event) {
    this.#kept.push(event)
    if (this.#kept.length > MOST_KEPT) this.#kept.shift()
    return "keep"
  }
}
