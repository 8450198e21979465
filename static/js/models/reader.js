const SEEN_AFTER_MS = 500

/** Marks as read what was really seen, and says it again if the line was down when it mattered. */
export class Reader {
  #timer = null
  #unsaid = new Map()

  constructor({ link, rooms, heard, clock }) {
    Object.assign(this, { link, rooms, heard, clock })
  }

  /** The end of the room is on the screen of somebody who looks at it. */
  sees(roomId, place) {
    this.looksAway()
    if (!place || place <= (this.rooms.get(roomId)?.unread.readSeq ?? Infinity)) return
    this.#timer = this.clock.setTimeout(() => this.#read(roomId, place), SEEN_AFTER_MS)
  }

  looksAway() {
    this.clock.clearTimeout(this.#timer)
  }

  connected() {
    for (const [roomId, place] of this.#unsaid) this.#say(roomId, place)
  }

  #read(roomId, place) {
    this.rooms.read(roomId, place, this.heard(roomId))
    this.#unsaid.set(roomId, place)
    this.#say(roomId, place)
  }

  async #say(roomId, place) {
    try {
      await this.link.send("room.read", `room.${roomId}`, { seq: place })
    } catch (error) {
      if (error.retry) return
    }
    if (this.#unsaid.get(roomId) === place) this.#unsaid.delete(roomId)
  }
}
