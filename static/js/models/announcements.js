import { Emitter } from "../helpers/emitter.js"

/** A timer takes at most 2^31 ms; a day is simpler. */
const LONGEST_WAIT_MS = 24 * 3_600_000
const SHOWN = 2

/** The announcements, until they expire or are dismissed. The state that arrived last wins. */
export class Announcements extends Emitter {
  #known = new Map()
  #dismissed = new Set()
  #timer = null

  /** `now`: the server's clock when the page was rendered, in milliseconds; the browser's may be wrong. */
  constructor({ announcements, dismissed, now }, { clock }) {
    super()
    this.clock = clock
    this.ahead = now - clock.now()
    this.reset({ announcements, dismissed })
  }

  /** The current announcements, newest first. */
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

  /** Apply an `announcement` event. */
  take(announcement) {
    this.#known.set(announcement.id, announcement)
    this.#changed()
  }

  dismiss(id) {
    this.#dismissed.add(id)
    this.#changed()
  }

  reset({ announcements, dismissed }) {
    this.#known = new Map(announcements.map(announcement => [announcement.id, announcement]))
    this.#dismissed = new Set([...this.#dismissed, ...dismissed])
    this.#changed()
  }

  /** Emit the change, and again when the next announcement expires. */
  #changed() {
    this.clock.clearTimeout(this.#timer)
    const now = this.clock.now() + this.ahead
    const next = Math.min(...this.current.map(({ expires_at }) => Date.parse(expires_at) - now))
    if (next < Infinity) this.#timer = this.clock.setTimeout(() => this.#changed(), Math.min(next, LONGEST_WAIT_MS) + 1)
    this.changed()
  }
}
