const SEEN_AFTER_MS = 500

/** Marks as read what a person has seen, and says it again if the line was down when it mattered. */
export class Reader {
  #timer = null
  #seen = null
  #unsaid = new Map()

  constructor({ client, rooms, heard, clock }) {
    Object.assign(this, { client, rooms, heard, clock })
  }

  /** How far a room was read, or is just being read. */
  seen(roomId) {
    const read = this.rooms.get(roomId)?.unread.readSeq ?? Infinity
    return this.#seen?.roomId === roomId ? Math.max(read, this.#seen.place) : read
  }

  /** The room up to this place is on the screen of somebody who looks at it. More may come while half a second passes. */
  sees(roomId, place) {
    if (!place || place <= (this.rooms.get(roomId)?.unread.readSeq ?? Infinity)) return
    if (this.#seen?.roomId !== roomId) this.looksAway()
    this.#seen = { roomId, place }
    this.#timer ??= this.clock.setTimeout(() => this.#read(), SEEN_AFTER_MS)
  }

  looksAway() {
    this.clock.clearTimeout(this.#timer)
    this.#timer = null
    this.#seen = null
  }

  /** The person says that they have read all of it, seen or not. */
  readAll(roomId, place) {
    if (!place || place <= (this.rooms.get(roomId)?.unread.readSeq ?? Infinity)) return
    this.#seen = { roomId, place }
    this.#read()
  }

  connected() {
    for (const [roomId, place] of this.#unsaid) this.#say(roomId, place)
  }

  #read() {
    const { roomId, place } = this.#seen
    this.looksAway()
    this.rooms.read(roomId, place, this.heard(roomId))
    this.#unsaid.set(roomId, place)
    this.#say(roomId, place)
  }

  async #say(roomId, place) {
    try {
      await this.client.send("room.read", `room.${roomId}`, { seq: place })
    } catch (error) {
      if (error.retry) return
    }
    if (this.#unsaid.get(roomId) === place) this.#unsaid.delete(roomId)
  }
}
