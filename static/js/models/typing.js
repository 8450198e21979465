import { Emitter } from "../helpers/emitter.js"

const SEND_EVERY_MS = 3_000
const SHOWN_MS = 5_000

/** The typing notices: who types in which room, for five seconds after each notice, and sending the user's own. */
export class Typing extends Emitter {
  #rooms = new Map()
  #sentAt = new Map()

  constructor({ clock, send }) {
    super()
    Object.assign(this, { clock, send })
  }

  apply(roomId, { user, name }) {
    const room = this.#rooms.get(roomId) ?? new Map()
    this.#rooms.set(roomId, room)
    this.clock.clearTimeout(room.get(user)?.timer)
    room.set(user, { name, timer: this.clock.setTimeout(() => this.stopped(roomId, user), SHOWN_MS) })
    this.changed()
  }

  /** Remove a user who has posted. */
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

  /** Send a typing notice, at most every three seconds. */
  write(roomId) {
    const now = this.clock.now()
    if (now - (this.#sentAt.get(roomId) ?? -Infinity) < SEND_EVERY_MS) return
    this.#sentAt.set(roomId, now)
    this.send(roomId)
  }

  /** Send the next typing notice at once: the message was posted. */
  sent(roomId) {
    this.#sentAt.delete(roomId)
  }
}
