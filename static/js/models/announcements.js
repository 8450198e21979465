import { Emitter } from "../helpers/emitter.js"

/** setTimeout counts in 32 bits. */
const LONGEST_WAIT_MS = 24 * 3_600_000
const SHOWN = 2

/** What is announced to everybody, until it expires or is dismissed. Of two states of one the later heard holds. */
export class Announcements extends Emitter {
  #known = new Map()
  #dismissed = new Set()
  #timer = null

  /** `now`: the server's clock when the page was made, in milliseconds; a browser's may be wrong. */
  constructor({ announcements, dismissed, now }, { clock }) {
    super()
    this.clock = clock
    this.ahead = now - clock.now()
    this.startOver({ announcements, dismissed })
  }

  /** What is announced now, newest first. */
  get current() {
    const now = this.clock.now() + this.ahead
    return [...this.#known.values()]
      .filter(({ id, expires_at }) => Date.parse(expires_at) > now && !this.#dismissed.has(id))
      .sort((one, other) => other.id - one.id)
  }

  get shown() {
    return this.current.slice(0, SHOWN)
  }

  get folded() {
    return this.current.slice(SHOWN)
  }

  /** An `announcement` that was heard. */
  take(announcement) {
    this.#known.set(announcement.id, announcement)
    this.#told()
  }

  dismiss(id) {
    this.#dismissed.add(id)
    this.#told()
  }

  startOver({ announcements, dismissed }) {
    this.#known = new Map(announcements.map(announcement => [announcement.id, announcement]))
    this.#dismissed = new Set([...this.#dismissed, ...dismissed])
    this.#told()
  }

  /** Say so, and again when the next one expires. */
  #told() {
    this.clock.clearTimeout(this.#timer)
    const now = this.clock.now() + this.ahead
    const next = Math.min(...this.current.map(({ expires_at }) => Date.parse(expires_at) - now))
    if (next < Infinity) this.#timer = this.clock.setTimeout(() => this.#told(), Math.min(next, LONGEST_WAIT_MS) + 1)
    this.changed()
  }
}
