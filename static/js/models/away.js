import { Emitter } from "../helpers/emitter.js"

const AWAY_AFTER_MS = 5 * 60_000
const LOOKED_AT_EVERY_MS = 1_000

/** I am away when I have not touched the page for five minutes; a touch brings me back. */
export class Away extends Emitter {
  state = "online"
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
    if (this.state === "away") this.#become("online")
  }

  /** A new line counts as online until it is told otherwise. */
  connected() {
    if (this.state === "away") this.tell("away")
  }

  #become(state) {
    this.state = state
    this.tell(state)
    this.changed()
  }
}
