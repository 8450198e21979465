import { Emitter } from "../helpers/emitter.js"
import { OpenRoom } from "./open-room.js"

/** So many rooms stay loaded, so that going back to one shows it at once. */
const KEPT = 20

/** The rooms that were opened in this page: the current one, and recent ones that stay loaded. */
export class OpenRooms extends Emitter {
  current = null
  #watching = false
  #kept = new Map()

  constructor({ api, rooms, cached }) {
    super()
    Object.assign(this, { api, rooms, cached })
  }

  /** Whether the user looks at the newest messages of the current room; set by the timeline. */
  get watching() {
    return this.#watching
  }

  set watching(watching) {
    if (watching === this.#watching) return
    this.#watching = watching
    this.changed({ watching })
  }

  /**
   * Whether new messages of this room are seen at once. They count as read a moment later, but are never shown as
   * unread.
   */
  watches(id) {
    return this.#watching && this.current.id === id
  }

  /** Show the room of the initial data. */
  begin(state) {
    const room = this.#keep(state.room.id)
    room.take(state)
    this.#show(room)
  }

  /** Show a room: what is loaded at once, then its fetched state. `position`: the posted_seq of a message to show. */
  async open(id, { position = null } = {}) {
    const room = this.#keep(id)
    this.#show(room)
    await this.#refresh(room)
    if (room !== this.current || room.state !== "ready") return
    if (position !== null) await this.showPosition(position)
    else await this.showFirstNew()
  }

  /** Load the first unread message if it is above the loaded ones: a room opens there. */
  async showFirstNew() {
    const room = this.current
    const { newAfter, history } = room
    if (newAfter === null || !history.moreBefore || !(history.oldest?.posted_seq > newAfter)) return
    await room.loadAround(newAfter + 1)
    if (room === this.current) this.changed({ toNew: true })
  }

  /** Show the newest message; fetch it if it is not loaded. */
  async showEnd() {
    if (this.current.history.moreAfter) await this.current.loadLatest()
    this.changed({ toEnd: true })
  }

  /** Show a message of the current room; fetch the messages around it if needed. */
  async showPosition(position) {
    const { history } = this.current
    const isLoaded = history.oldest?.posted_seq <= position && position <= history.newest?.posted_seq
    if (!isLoaded) await this.current.loadAround(position)
    this.changed({ position })
  }

  get(id) {
    return this.#kept.get(id) ?? null
  }

  /** Drop what is known of a room. Without its new `state` it is fetched when it is shown. */
  reset(id, state = null) {
    const room = this.#kept.get(id)
    if (!room) return
    if (state) room.reset(state)
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
    const room = this.#kept.get(id) ?? new OpenRoom(id, this.api, this.cached, this.rooms.me?.id)
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
