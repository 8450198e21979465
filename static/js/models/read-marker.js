const SEEN_AFTER_MS = 500

/** Marks as read what a person has seen, and says it again if the line was down when it mattered. */
export class ReadMarker {
  #timer = null
  #pending = null
  #unsent = new Map()

  constructor({ client, rooms, receivedSeq, clock }) {
    Object.assign(this, { client, rooms, receivedSeq, clock })
  }

  /** How far a room was read, or is just being read. */
  position(roomId) {
    const read = this.rooms.get(roomId)?.unread.readSeq ?? Infinity
    return this.#pending?.roomId === roomId ? Math.max(read, this.#pending.position) : read
  }

  /** The room up to this place is on the screen of somebody who looks at it. More may come while half a second passes. */
  markSoon(roomId, position) {
    if (!position || position <= (this.rooms.get(roomId)?.unread.readSeq ?? Infinity)) return
    if (this.#pending?.roomId !== roomId) this.cancel()
    this.#pending = { roomId, position }
    this.#timer ??= this.clock.setTimeout(() => this.#read(), SEEN_AFTER_MS)
  }

  cancel() {
    this.clock.clearTimeout(this.#timer)
    this.#timer = null
    this.#pending = null
  }

  /** The person says that they have read all of it, seen or not. */
  markAll(roomId, position) {
    if (!position || position <= (this.rooms.get(roomId)?.unread.readSeq ?? Infinity)) return
    this.#pending = { roomId, position }
    this.#read()
  }

  connected() {
    for (const [roomId, position] of this.#unsent) this.#send(roomId, position)
  }

  #read() {
    const { roomId, position } = this.#pending
    this.cancel()
    this.rooms.read(roomId, position, this.receivedSeq(roomId))
    this.#unsent.set(roomId, position)
    this.#send(roomId, position)
  }

  async #send(roomId, position) {
    try {
      await this.client.send("room.read", `room.${roomId}`, { seq: position })
    } catch (error) {
      if (error.retry) return
    }
    if (this.#unsent.get(roomId) === position) this.#unsent.delete(roomId)
  }
}
