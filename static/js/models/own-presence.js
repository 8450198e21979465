import { Emitter } from "../helpers/emitter.js"

const AWAY_AFTER_MS = 5 * 60_000
const LOOKED_AT_EVERY_MS = 1_000

/**
 * The user's own presence: away after five minutes without input, online with the next input, and quiet under "do not
 * disturb", whatever the input.
 */
export class OwnPresence extends Emitter {
  state = "online"
  #activity = "online"
  #isQuiet = false
  #timer = null
  #touchedAt = -Infinity

  constructor({ clock, send }) {
    super()
    Object.assign(this, { clock, send })
    this.recordActivity()
  }

  recordActivity() {
    if (this.clock.now() - this.#touchedAt < LOOKED_AT_EVERY_MS) return
    this.#touchedAt = this.clock.now()
    this.clock.clearTimeout(this.#timer)
    this.#timer = this.clock.setTimeout(() => this.#become("away"), AWAY_AFTER_MS)
    if (this.#activity === "away") this.#become("online")
  }

  /** The server takes a new connection for online until the client reports another state. */
  connected() {
    if (this.state !== "online") this.send(this.state)
  }

  /** A quiet user can be away as well: messages on the screen are not read then. */
  get isAway() {
    return this.#activity === "away"
  }

  setQuiet(isQuiet) {
    this.#isQuiet = isQuiet
    this.#settle()
  }

  #become(activity) {
    this.#activity = activity
    this.#settle()
  }

  #settle() {
    const state = this.#isQuiet ? "quiet" : this.#activity
    if (state !== this.state) this.send(state)
    this.state = state
    this.changed()
  }
}
