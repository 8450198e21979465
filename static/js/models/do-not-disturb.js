import { Emitter } from "../helpers/emitter.js"

/** The longest delay of a timer: 24 days. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

/** The state of "do not disturb": the time until which it lasts, in all windows; null while it is off. */
export class DoNotDisturb extends Emitter {
  #timer = null

  constructor(until, clock) {
    super()
    this.clock = clock
    this.take(until)
  }

  take(until) {
    this.clock.clearTimeout(this.#timer)
    const wait = until ? Date.parse(until) - this.clock.now() : 0
    this.until = wait > 0 ? until : null
    if (this.until) this.#timer = this.clock.setTimeout(() => this.take(until), Math.min(wait, LONGEST_DELAY_MS))
    this.changed()
  }
}
