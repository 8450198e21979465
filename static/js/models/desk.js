import { Emitter } from "../helpers/emitter.js"
import { OpenRoom } from "./open-room.js"

/** So many rooms stay loaded and live, so that going back to one shows it at once. */
const KEPT = 20

/** The room in front of me, and the ones I was in before. */
export class Desk extends Emitter {
  current = null
  #watching = false
  #kept = new Map()

  constructor({ api, rooms, kept }) {
    super()
    Object.assign(this, { api, rooms, kept })
  }

  /** The newest messages are on the screen and looked at; the timeline says so. */
  get watching() {
    return this.#watching
  }

  set watching(watching) {
    if (watching === this.#watching) return
    this.#watching = watching
    this.changed({ watching })
  }

  /** What arrives in this room is seen at once: nothing of it waits, though it counts as read only a moment later. */
  watches(id) {
    return this.#watching && this.current.id === id
  }

  /** The room that the page came with. */
  begin(state) {
    const room = this.#keep(state.room.id)
    room.take(state)
    this.#show(room)
  }

  /** Show a room: from memory at once, and fresh as soon as it is fetched. `place`: a message to show. */
  async open(id, { place = null } = {}) {
    const room = this.#keep(id)
    this.#show(room)
    await this.#refresh(room)
    if (room !== this.current || room.state !== "ready") return
    if (place !== null) await this.showPlace(place)
    else await this.showFirstNew()
  }

  /** Fetch where reading stopped, if that lies above what is loaded: a room opens at the first message that was not read. */
  async showFirstNew() {
    const room = this.current
    const { newAfter, history } = room
    if (newAfter === null || !history.moreBefore || !(history.oldest?.posted_seq > newAfter)) return
    await room.loadAround(newAfter + 1)
    if (room === this.current) this.changed({ toNew: true })
  }

  /** Go to the newest message, fetching it if the end is not loaded. */
  async showEnd() {
    if (this.current.history.moreAfter) await this.current.loadLatest()
    this.changed({ toEnd: true })
  }

  /** Go to a message of this room, fetching its surroundings if needed. */
  async showPlace(place) {
    const { history } = this.current
    const isLoaded = history.oldest?.posted_seq <= place && place <= history.newest?.posted_seq
    if (!isLoaded) await this.current.loadAround(place)
    this.changed({ place })
  }

  get(id) {
    return this.#kept.get(id) ?? null
  }

  /** What is known of a room does not hold any more. Without its new `state` it is fetched when it is shown. */
  startOver(id, state = null) {
    const room = this.#kept.get(id)
    if (!room) return
    if (state) room.startOver(state)
    else if (room === this.current) this.#refresh(room)
    else this.#kept.delete(id)
    if (state && room === this.current) this.#markNew(room)
  }

  forget(id) {
    this.#kept.delete(id)
  }

  async #refresh(room) {
    const state = await room.refresh()
    if (state) this.rooms.take(state.room)
    if (room === this.current) this.#markNew(room)
  }

  #show(room) {
    if (room !== this.current) room.clearNew()
    this.current = room
    this.#watching = false
    this.#markNew(room)
    this.changed({ shown: room.id })
  }

  #markNew(room) {
    const unread = this.rooms.get(room.id)?.unread
    if (unread?.count.unread) room.markNew(unread.readSeq, unread.count.unread)
  }

  #keep(id) {
    const room = this.#kept.get(id) ?? new OpenRoom(id, this.api, this.kept)
    this.#kept.delete(id)
    this.#kept.set(id, room)
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break
      if (this.#kept.get(old) !== this.current) this.#kept.delete(old)
    }
    if (!room.watched) room.watched = room.on(() => room === this.current && this.changed())
    return room
  }
}
