import { Emitter } from "../helpers/emitter.js"

/** The presence of users, by room. Users without a state are offline. */
export class Presence extends Emitter {
  #rooms = new Map()

  apply(roomId, { users, all }) {
    const states = all ? new Map() : (this.#rooms.get(roomId) ?? new Map())
    for (const [id, state] of Object.entries(users)) states.set(Number(id), state)
    this.#rooms.set(roomId, states)
    this.changed()
  }

  state(roomId, userId) {
    return this.#rooms.get(roomId)?.get(userId) ?? "offline"
  }

  forget(roomId) {
    this.#rooms.delete(roomId)
  }
}
