/**
 * How far one topic has come, and what to do with its next event: the rule of docs/protocol.md §3.
 *
 * An event that leaves a gap while the reply to a subscribe is out was on its way before we asked. It is dropped: what
 * is about to come begins at the cursor and has it, too.
 */
export class Timeline {
  #repliesOut = 0

  constructor(cursor = null) {
    this.cursor = cursor
  }

  get catchingUp() {
    return this.#repliesOut > 0
  }

  /** "apply", "drop" (seen already, or about to come again) or "gap" (something is missing: subscribe again from the cursor). */
  judge({ seq, prev }) {
    if (seq === undefined || seq === null) return "apply"
    if (this.cursor !== null && seq <= this.cursor) return "drop"
    const follows = prev ?? seq - 1
    if (this.cursor !== null && follows > this.cursor) return this.catchingUp ? "drop" : "gap"
    this.cursor = seq
    return "apply"
  }

  isBehind(head) {
    return !this.catchingUp && this.cursor !== null && head > this.cursor
  }

  asked() {
    this.#repliesOut += 1
  }

  /** The reply: everything up to `head` has been sent, unless it says `reset`; then the state is fetched anew. */
  caughtUp(head, { reset = false } = {}) {
    this.#repliesOut -= 1
    this.cursor = reset ? head : Math.max(this.cursor ?? 0, head)
  }

  /** The subscribe was refused. */
  failed() {
    this.#repliesOut -= 1
  }

  /** The line broke: its replies will not come. */
  interrupt() {
    this.#repliesOut = 0
  }
}
