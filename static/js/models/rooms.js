import { systemClock } from "../helpers/browser.js"
import { Emitter } from "../helpers/emitter.js"
import { roomTitle } from "../helpers/names.js"
import { badgeCount, Unread } from "./unread.js"

/** The longest delay of a timer: 24 days. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

/** The rooms of the sidebar. Room events change what all members see, sidebar entries what concerns this user. */
export class Rooms extends Emitter {
  #rooms = new Map()
  #sorted = null
  #timer = null

  constructor(me, entries, clock = systemClock) {
    super()
    Object.assign(this, { me, clock })
    for (const entry of entries) this.take(entry)
  }

  get(id) {
    return this.#rooms.get(id)
  }

  get all() {
    return [...this.#rooms.values()]
  }

  /** Named rooms sorted by name, direct conversations by their last post. */
  get sorted() {
    this.#sorted ??= {
      named: this.all.filter(({ kind }) => kind !== "direct").sort(byTitle),
      direct: this.all.filter(({ kind }) => kind === "direct").sort(byLastPost),
    }
    return this.#sorted
  }

  /** The rooms to list: an archived one only while it is open or has unread messages. */
  listed(openId) {
    const isListed = room => !room.archived || room.id === openId || countWaiting(room).unread > 0
    const { named, direct } = this.sorted
    return { named: named.filter(isListed), direct: direct.filter(isListed) }
  }

  /** The unread count of all rooms; of muted ones only mentions by name. */
  get total() {
    return this.all
      .map(countWaiting)
      .reduce((sum, count) => ({ unread: sum.unread + count.unread, mentions: sum.mentions + count.mentions }), {
        unread: 0,
        mentions: 0,
      })
  }

  /** In how many other rooms there are unread messages, and whether any is for the user. */
  newBeside(id) {
    const others = this.all.filter(room => room.id !== id)
    return {
      count: others.filter(room => countWaiting(room).unread).length,
      isForMe: others.some(room => badgeCount(room)),
    }
  }

  /** Take a sidebar entry from the initial data, the user's topic or a room state. Returns "joined", "left" or null. */
  take(entry) {
    if (!entry.active) return this.remove(entry.id) ? "left" : null
    const room = this.#rooms.get(entry.id)
    if (!room) {
      this.#rooms.set(entry.id, this.#make(entry))
      this.#changed()
      return "joined"
    }
    if (entry.seq >= room.seq) this.#describe(room, entry)
    this.#choose(room, entry)
    room.unread.take(entry)
    this.#changed()
    return null
  }

  /** Apply a durable event of the room's topic. Returns "refetch" if only a fetched entry can tell the mentions. */
  apply(id, { type, data, seq }) {
    const room = this.#rooms.get(id)
    if (!room) return null
    const need = type === "message" ? this.#applyMessage(room, data) : null
    if (type === "room" && seq > room.seq) this.#describe(room, { ...room.entry, ...data, seq })
    if (type === "member" && room.kind === "direct") this.#rename(room, data.user)
    this.#changed()
    return need
  }

  read(id, position, receivedSeq) {
    this.#rooms.get(id)?.unread.readAll(position, receivedSeq)
    this.#changed()
  }

  /** Set whether the room is subscribed; if not, `resumeAt` is the cursor to resume from. */
  setLive(id, isLive, resumeAt = null) {
    const room = this.#rooms.get(id)
    if (!room || room.isLive === isLive) return
    Object.assign(room, { isLive, resumeAt })
    this.#changed()
  }

  remove(id) {
    if (!this.#rooms.delete(id)) return false
    this.#changed()
    return true
  }

  /** Replace all rooms by fetched entries; earlier counts are dropped. */
  reset(entries) {
    const gone = this.all.filter(({ id }) => !entries.some(entry => entry.id === id && entry.active))
    this.#rooms = new Map(entries.filter(({ active }) => active).map(entry => [entry.id, this.#make(entry)]))
    this.#changed()
    return gone.map(({ id }) => id)
  }

  /** Replace one room by a fetched entry. */
  resetRoom(entry) {
    this.#rooms.set(entry.id, this.#make(entry))
    this.#changed()
  }

  /** The sidebar entries in the server's form. `receivedSeq(id)` is the cursor of a room. */
  entries(receivedSeq) {
    return this.all.map(room => ({
      ...room.entry,
      level: room.level,
      muted_until: room.mutedUntil,
      person_seq: room.chosenSeq,
      last_posted_at: room.lastPostedAt,
      people: room.people,
      ...room.unread.state(receivedSeq(room.id)),
    }))
  }

  #make(entry) {
    const { isLive = true, resumeAt = null } = this.#rooms.get(entry.id) ?? {}
    const room = {
      id: entry.id,
      topicName: `room.${entry.id}`,
      isLive,
      resumeAt,
      unread: new Unread(this.me.id, entry),
    }
    this.#describe(room, entry)
    this.#choose(room, entry)
    return room
  }

  /** Take the user's level and mute; an outdated choice that arrives late is ignored. */
  #choose(room, { level, muted_until: mutedUntil, person_seq: seq = 0 }) {
    if (seq >= (room.chosenSeq ?? 0)) Object.assign(room, { level, mutedUntil: mutedUntil ?? null, chosenSeq: seq })
  }

  /** Update which rooms are muted, and again when the first mute ends. */
  #updateMuted() {
    const now = this.clock.now()
    const ends = []
    for (const room of this.all) {
      const end = room.mutedUntil ? Date.parse(room.mutedUntil) : 0
      room.muted = end > now
      if (room.muted) ends.push(end)
    }
    this.clock.clearTimeout(this.#timer)
    const wait = Math.min(...ends) - now
    this.#timer = ends.length ? this.clock.setTimeout(() => this.#changed(), Math.min(wait, LONGEST_DELAY_MS)) : null
  }

  #describe(room, entry) {
    const { kind, name, topic, archived, role, people, last_posted_at: lastPostedAt, seq } = entry
    Object.assign(room, { entry, kind, name, topic, archived, role, people: people ?? [], seq })
    room.lastPostedAt = later(room.lastPostedAt, lastPostedAt)
    room.title = roomTitle(room, this.me)
  }

  #applyMessage(room, message) {
    room.lastPostedAt = later(room.lastPostedAt, message.created_at)
    return room.unread.apply(message)
  }

  #rename(room, person) {
    room.people = room.people.map(known => (known.id === person.id ? person : known))
    room.title = roomTitle(room, this.me)
  }

  #changed() {
    this.#sorted = null
    this.#updateMuted()
    this.changed()
  }
}

function countWaiting(room) {
  const badge = badgeCount(room)
  return room.muted ? { unread: badge, mentions: badge } : room.unread.count
}

/** The later of two ISO times, each of which may be missing. */
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
