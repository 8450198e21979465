import { openDB } from "../../vendor/idb/idb.js"
import { PAGE, ROOMS, roomsDatabaseName } from "../helpers/unsent-databases.js"

const MOST_ROOMS = 20
const MOST_MESSAGES = 50
const MOST_MEMBERS = 200
/** A room that changes all the time is written at most this often. */
const WRITTEN_AFTER_MS = 3_000
/** Some browsers never answer a request to IndexedDB. */
const ANSWER_MS = 1_000
/** An unused session has expired by then: the next user of the browser must not see the cached data. */
const PAGE_KEPT_MS = 14 * 24 * 3_600_000

/** Open the database with the rooms that a user visited in this browser. */
export function openRoomCache(personId) {
  const opening = openDB(roomsDatabaseName(personId), 2, {
    upgrade: (db, version) => {
      if (version < 1) db.createObjectStore(ROOMS, { keyPath: "id" })
      db.createObjectStore(PAGE)
    },
    // Another tab deletes the database, and waits until this one closes it.
    blocking: () => opening.then(db => db.close()),
  })
  return opening
}

/**
 * The cache of recently visited rooms with their latest messages, for reading offline. It is best effort: nothing here
 * rejects or waits for long, and without a database nothing is cached.
 *
 * `open()` resolves with the database.
 */
export class RoomCache {
  #opening = null
  #isClosed = false
  #timer = null
  #next = null

  constructor({ open, clock }) {
    Object.assign(this, { open, clock })
  }

  /** The cached state of a room, in the form of the server's; null if there is none. */
  async get(id) {
    return (await this.#do(db => db.get(ROOMS, id)))?.state ?? null
  }

  /** Cache this open room (`entry`: its sidebar entry), as it is in a moment. */
  later(room, entry) {
    if (this.#next && this.#next.room !== room) this.#writeNext()
    this.#next = { room, entry }
    this.#timer ??= this.clock.setTimeout(() => this.#writeNext(), WRITTEN_AFTER_MS)
  }

  /** Write now: the connection is lost, or the page may be closed. */
  flush() {
    if (this.#next) this.#writeNext()
  }

  async remove(id) {
    if (this.#next?.room.id === id) this.#forgetNext()
    await this.#do(db => db.delete(ROOMS, id))
  }

  /** Cache the initial data of a page, for one that is opened offline. */
  async keepPage(page) {
    await this.#do(db => db.put(PAGE, { ...page, at: this.clock.now() }, PAGE))
  }

  /** The cached page; null if there is none, or it is too old. */
  async page() {
    const page = await this.#do(db => db.get(PAGE, PAGE))
    return page && this.clock.now() - page.at < PAGE_KEPT_MS ? page : null
  }

  /** The ids of the cached rooms, most recently visited first. */
  async ids() {
    const rooms = (await this.#do(db => db.getAll(ROOMS))) ?? []
    return rooms.sort((one, other) => other.at - one.at).map(({ id }) => id)
  }

  /** Remove everything. */
  async clear() {
    this.#forgetNext()
    await this.#do(db => Promise.all([db.clear(ROOMS), db.clear(PAGE)]))
  }

  /** Remove the rooms that are not among these. */
  keepOnly(ids) {
    return this.#do(async db => {
      const gone = (await db.getAllKeys(ROOMS)).filter(id => !ids.includes(id))
      await Promise.all(gone.map(id => db.delete(ROOMS, id)))
    })
  }

  /** Stop caching. */
  async close() {
    this.#isClosed = true
    this.#forgetNext()
    const opening = this.#opening
    await opening?.then(db => db.close()).catch(() => {})
  }

  #writeNext() {
    const { room, entry } = this.#next
    this.#forgetNext()
    if (room.state !== "ready" || room.isCached || room.history.moreAfter) return
    const value = { id: room.id, at: this.clock.now(), state: stateOf(room, entry) }
    this.#do(async db => {
      await db.put(ROOMS, value)
      await this.#dropOldest(db)
    })
  }

  async #dropOldest(db) {
    const kept = await db.getAllKeys(ROOMS)
    if (kept.length <= MOST_ROOMS) return
    const rooms = await db.getAll(ROOMS)
    const oldest = rooms.sort((one, other) => one.at - other.at).slice(0, rooms.length - MOST_ROOMS)
    await Promise.all(oldest.map(({ id }) => db.delete(ROOMS, id)))
  }

  #forgetNext() {
    this.clock.clearTimeout(this.#timer)
    this.#timer = null
    this.#next = null
  }

  async #do(act) {
    if (this.#isClosed) return null
    try {
      this.#opening ??= this.open()
      return await this.#withinTime(this.#opening.then(act))
    } catch {
      this.#opening = null
      return null
    }
  }

  #withinTime(promise) {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimeout(() => reject(new DOMException("", "TimeoutError")), ANSWER_MS)
      promise.then(resolve, reject).finally(() => this.clock.clearTimeout(timer))
    })
  }
}

/** The state of an open room in the server's form, with a bound on messages and members. */
function stateOf({ can, members, history }, entry) {
  const messages = history.messages.slice(-MOST_MESSAGES)
  return {
    room: entry,
    can: [...can],
    members: members.all.slice(0, MOST_MEMBERS),
    member_count: members.size,
    messages,
    more_before: history.moreBefore || messages.length < history.messages.length,
    more_after: false,
    seq: entry.seq,
  }
}
