import { Emitter } from "../helpers/emitter.js"
import { roomTitle } from "../helpers/names.js"
import { Unread } from "./unread.js"

/** The rooms of my sidebar. Hears room events for what everybody sees, and entries for what is mine. */
export class Rooms extends Emitter {
  #rooms = new Map()
  #sorted = null

  constructor(me, entries) {
    super()
    this.me = me
    for (const entry of entries) this.take(entry)
  }

  get(id) {
    return this.#rooms.get(id)
  }

  get all() {
    return [...this.#rooms.values()]
  }

  /** Named rooms by name, direct conversations by what happened last. */
  get sorted() {
    this.#sorted ??= {
      named: this.all.filter(({ kind }) => kind !== "direct").sort(byTitle),
      direct: this.all.filter(({ kind }) => kind === "direct").sort(byLastPost),
    }
    return this.#sorted
  }

  get total() {
    return this.all.reduce(
      (sum, { unread: { count } }) => ({ unread: sum.unread + count.unread, mentions: sum.mentions + count.mentions }),
      { unread: 0, mentions: 0 },
    )
  }

  /** An entry: of the page, of user.N, or of a snapshot. Says "joined", "left" or nothing. */
  take(entry) {
    if (!entry.active) return this.remove(entry.id) ? "left" : null
    const room = this.#rooms.get(entry.id)
    if (!room) {
      this.#rooms.set(entry.id, this.#make(entry))
      this.#told()
      return "joined"
    }
    if (entry.seq >= room.seq) this.#describe(room, entry)
    room.unread.take(entry)
    this.#told()
    return null
  }

  /** A durable event of the room's own topic; says "ask" when only a fresh entry can tell the mentions. */
  hear(id, { type, data, seq }) {
    const room = this.#rooms.get(id)
    if (!room) return null
    const need = type === "message" ? this.#hearMessage(room, data) : null
    if (type === "room" && seq > room.seq) this.#describe(room, { ...room.entry, ...data, seq })
    if (type === "member" && room.kind === "direct") this.#rename(room, data.user)
    this.#told()
    return need
  }

  read(id, place, heard) {
    this.#rooms.get(id)?.unread.readAll(place, heard)
    this.#told()
  }

  remove(id) {
    if (!this.#rooms.delete(id)) return false
    this.#told()
    return true
  }

  /** Begin anew with entries that were fetched: nothing that was counted before holds. */
  startOver(entries) {
    const gone = this.all.filter(({ id }) => !entries.some(entry => entry.id === id && entry.active))
    this.#rooms = new Map(entries.filter(({ active }) => active).map(entry => [entry.id, this.#make(entry)]))
    this.#told()
    return gone.map(({ id }) => id)
  }

  #make(entry) {
    const room = { id: entry.id, topicName: `room.${entry.id}`, unread: new Unread(this.me.id, entry) }
    this.#describe(room, entry)
    return room
  }

  #describe(room, entry) {
    const { kind, name, topic, archived, role, people, last_posted_at: lastPostedAt, seq } = entry
    Object.assign(room, { entry, kind, name, topic, archived, role, people: people ?? [], seq })
    room.lastPostedAt = later(room.lastPostedAt, lastPostedAt)
    room.title = roomTitle(room, this.me)
  }

  #hearMessage(room, message) {
    room.lastPostedAt = later(room.lastPostedAt, message.created_at)
    return room.unread.hear(message)
  }

  #rename(room, person) {
    room.people = room.people.map(known => (known.id === person.id ? person : known))
    room.title = roomTitle(room, this.me)
  }

  #told() {
    this.#sorted = null
    this.changed()
  }
}

/** The later of two times as text, where there may be none. */
function later(one, other) {
  return [one, other].filter(Boolean).sort().at(-1) ?? null
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" })

function byTitle(one, other) {
  return collator.compare(one.title, other.title) || one.id - other.id
}

function byLastPost(one, other) {
  return (other.lastPostedAt ?? "").localeCompare(one.lastPostedAt ?? "") || byTitle(one, other)
}
