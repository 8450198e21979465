import { openDB } from "../../vendor/idb/idb.js"
import { PAGE, ROOMS, roomsDatabaseName } from "../helpers/unsent-databases.js"

const MOST_ROOMS = 20
const MOST_MESSAGES = 50
const MOST_MEMBERS = 200
/** A room that changes all the time is written so often at most. */
const WRITTEN_AFTER_MS = 3_000
/** Browsers have left requests to IndexedDB without any answer. */
const ANSWER_MS = 1_000
/** A session that nobody uses is over by then: whoever opens the page next is not to see what was its person's. */
const PAGE_KEPT_MS = 14 * 24 * 3_600_000

/** Open the rooms that one person visited in this browser. */
export function openRooms(personId) {
  const opening = openDB(roomsDatabaseName(personId), 2, {
    upgrade: (db, version) => {
      if (version < 1) db.createObjectStore(ROOMS, { keyPath: "id" })
      db.createObjectStore(PAGE)
    },
    // Another tab removes it, and waits until we let go.
    blocking: () => opening.then(db => db.close()),
  })
  return opening
}

/**
 * The rooms that were visited last with their last messages, to be read without a connection. As far as the browser can:
 * nothing here rejects or waits for long, and without a database no room is kept.
 *
 * `open()` resolves with the database.
 */
export class KeptRooms {
  #opening = null
  #isClosed = false
  #timer = null
  #next = null

  constructor({ open, clock }) {
    Object.assign(this, { open, clock })
  }

  /** The state of a room as it was seen last, as the server would give it; null where it is not kept. */
  async get(id) {
    return (await this.#do(db => db.get(ROOMS, id)))?.state ?? null
  }

  /** Keep this open room (`entry`: as the sidebar has it) as it is in a moment. */
  later(room, entry) {
    if (this.#next && this.#next.room !== room) this.#writeNext()
    this.#next = { room, entry }
    this.#timer ??= this.clock.setTimeout(() => this.#writeNext(), WRITTEN_AFTER_MS)
  }

  /** Keep it now: the connection is lost, or the page may be closed. */
  flush() {
    if (this.#next) this.#writeNext()
  }

  async remove(id) {
    if (this.#next?.room.id === id) this.#forgetNext()
    await this.#do(db => db.delete(ROOMS, id))
  }

  /** Keep what a page begins with, for one that is opened without a connection. */
  async keepPage(page) {
    await this.#do(db => db.put(PAGE, { ...page, at: this.clock.now() }, PAGE))
  }

  /** That page; null where there is none, or it is too old. */
  async page() {
    const page = await this.#do(db => db.get(PAGE, PAGE))
    return page && this.clock.now() - page.at < PAGE_KEPT_MS ? page : null
  }

  /** The ids of the rooms, the one that was visited last first. */
  async ids() {
    const rooms = (await this.#do(db => db.getAll(ROOMS))) ?? []
    return rooms.sort((one, other) => other.at - one.at).map(({ id }) => id)
  }

  /** Forget everything. */
  async clear() {
    this.#forgetNext()
    await this.#do(db => Promise.all([db.clear(ROOMS), db.clear(PAGE)]))
  }

  /** Forget the rooms that are not among these. */
  keepOnly(ids) {
    return this.#do(async db => {
      const gone = (await db.getAllKeys(ROOMS)).filter(id => !ids.includes(id))
      await Promise.all(gone.map(id => db.delete(ROOMS, id)))
    })
  }

  /** Keep nothing any more. */
  async close() {
    this.#isClosed = true
    this.#forgetNext()
    const opening = this.#opening
    await opening?.then(db => db.close()).catch(() => {})
  }

  #writeNext() {
    const { room, entry } = this.#next
    this.#forgetNext()
    if (room.state !== "ready" || room.isKept || room.history.moreAfter) return
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

/** What the server would say of an open room, with a bound on its messages and members. */
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
