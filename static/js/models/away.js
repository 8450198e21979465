import { Emitter } from "../helpers/emitter.js"

const AWAY_AFTER_MS = 5 * 60_000
const LOOKED_AT_EVERY_MS = 1_000

/**
 * How others see me. I am away when I have not touched the page for five minutes; a touch brings me back. With "do not
 * disturb" I am quiet, whatever I touch.
 */
export class Away extends Emitter {
  state = "online"
  #activity = "online"
  #isQuiet = false
  #timer = null
  #touchedAt = -Infinity

  constructor({ clock, tell }) {
    super()
    Object.assign(this, { clock, tell })
    this.touched()
  }

  touched() {
    if (this.clock.now() - this.#touchedAt < LOOKED_AT_EVERY_MS) return
    this.#touchedAt = this.clock.now()
    this.clock.clearTimeout(this.#timer)
    this.#timer = this.clock.setTimeout(() => this.#become("away"), AWAY_AFTER_MS)
    if (this.#activity === "away") this.#become("online")
  }

  /** A new line counts as online until it is told otherwise. */
  connected() {
    if (this.state !== "online") this.tell(this.state)
  }

  /** Whoever is not disturbed can be away all the same: what the page shows is then not read. */
  get isAway() {
    return this.#activity === "away"
  }

  keepQuiet(isQuiet) {
    this.#isQuiet = isQuiet
    this.#settle()
  }

  #become(activity) {
    this.#activity = activity
    this.#settle()
  }

  #settle() {
    const state = this.#isQuiet ? "quiet" : this.#activity
    if (state !== this.state) this.tell(state)
    this.state = state
    this.changed()
  }
}
