const SEEN_AFTER_MS = 500

/**
 * The read marker: it moves the read position of a room as the user sees messages, and sends it again after a lost
 * connection.
 */
export class ReadMarker {
  #timer = null
  #pending = null
  #unsent = new Map()

  constructor({ client, rooms, receivedSeq, clock }) {
    Object.assign(this, { client, rooms, receivedSeq, clock })
  }

  /** The read position of a room, including what is about to be marked. */
  position(roomId) {
    const read = this.rooms.get(roomId)?.unread.readSeq ?? Infinity
    return this.#pending?.roomId === roomId ? Math.max(read, this.#pending.position) : read
  }

  /**
   * Mark the room as read up to this position after half a second, unless the user looks away. The position may grow
   * meanwhile.
   */
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

  /** Mark the room as read up to this position at once, seen or not. */
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
