import { Emitter } from "../helpers/emitter.js"

const TOLD_EVERY_MS = 3_000
const SHOWN_MS = 5_000

/** Who writes in which room, for five seconds after it was last said; and saying that I do. */
export class Typing extends Emitter {
  #rooms = new Map()
  #told = new Map()

  constructor({ clock, tell }) {
    super()
    Object.assign(this, { clock, tell })
  }

  apply(roomId, { user, name }) {
    const room = this.#rooms.get(roomId) ?? new Map()
    this.#rooms.set(roomId, room)
    this.clock.clearTimeout(room.get(user)?.timer)
    room.set(user, { name, timer: this.clock.setTimeout(() => this.stopped(roomId, user), SHOWN_MS) })
    this.changed()
  }

  /** Their message is there: they do not write it any more. */
  stopped(roomId, user) {
    const room = this.#rooms.get(roomId)
    if (!room?.has(user)) return
    this.clock.clearTimeout(room.get(user).timer)
    room.delete(user)
    this.changed()
  }

  names(roomId) {
    return [...(this.#rooms.get(roomId)?.values() ?? [])].map(({ name }) => name)
  }

  /** I press keys: told to the others at most every three seconds. */
  write(roomId) {
    const now = this.clock.now()
    if (now - (this.#told.get(roomId) ?? -Infinity) < TOLD_EVERY_MS) return
    this.#told.set(roomId, now)
    this.tell(roomId)
  }

  /** I sent it: the next message is told at once. */
  sent(roomId) {
    this.#told.delete(roomId)
  }
}
