/**
 * How far one topic has come, and what to do with its next event: the rule of docs/protocol.md §3.
 *
 * While the reply to a subscribe is out, everything above the cursor is applied, holes or not, and the cursor stays:
 * an event that was on its way when we asked must not hide the older ones that are about to come. Events are
 * states, so hearing one of them twice does no harm.
 */
export class Timeline {
  #repliesOut = 0
  #ahead = []

  constructor(cursor = null) {
    this.cursor = cursor
  }

  get catchingUp() {
    return this.#repliesOut > 0
  }

  /** "apply", "drop" (seen already) or "gap" (something is missing: subscribe again from the cursor). */
  judge({ seq, prev }) {
    if (seq === undefined || seq === null) return "apply"
    if (this.cursor !== null && seq <= this.cursor) return "drop"
    const follows = prev ?? seq - 1
    if (this.catchingUp) this.#ahead.push({ seq, follows })
    else if (this.cursor !== null && follows > this.cursor) return "gap"
    else this.cursor = seq
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
    if (!this.catchingUp) this.#followOn()
  }

  /** The subscribe was refused. */
  failed() {
    this.#repliesOut -= 1
    if (!this.catchingUp) this.#ahead = []
  }

  /** The line broke: its replies will not come. */
  interrupt() {
    this.#repliesOut = 0
    this.#ahead = []
  }

  /** What came live behind the head and hangs together with it has been applied already. */
  #followOn() {
    for (const { seq, follows } of this.#ahead.sort((one, other) => one.seq - other.seq)) {
      if (seq > this.cursor && follows <= this.cursor) this.cursor = seq
    }
    this.#ahead = []
  }
}
