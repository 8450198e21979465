import { openDB } from "../../vendor/idb/idb.js"
import { Emitter } from "../helpers/emitter.js"
import { databaseName, STORE } from "../helpers/unsent-databases.js"

/** Browsers have left requests to IndexedDB without any answer. */
const ANSWER_MS = 1_000

/** Open one person's database: nobody sends another's words. `lost` is called when the browser closes it. */
export async function openDatabase(personId, lost) {
  const db = await openDB(databaseName(personId), 1, {
    upgrade: created => created.createObjectStore(STORE, { keyPath: "key" }),
    terminated: lost,
    // Another tab deletes or upgrades it, and waits until we let go.
    blocking: () => {
      db.close()
      lost()
    },
  })
  return db
}

/**
 * Keeps unsent messages for the next page, as far as the browser can. Nothing here rejects or waits for long: a database
 * that was closed is opened anew, and without one everything is as good until the page goes (`isLasting` is false then).
 *
 * `open(lost)` resolves with the database. `reopened` is called when it was opened anew: it may be an empty one.
 */
export class OutboxStore extends Emitter {
  isLasting = true
  reopened = () => {}
  #opening = null
  #wasLost = false
  #isClosed = false
  #last = Promise.resolve()

  constructor({ open, clock }) {
    super()
    Object.assign(this, { open, clock })
  }

  async all() {
    return (await this.#do(db => db.getAll(STORE))) ?? []
  }

  put(entry) {
    return this.#do(async db => {
      await db.put(STORE, entry)
      this.#become({ isLasting: true })
    })
  }

  delete(key) {
    return this.#do(db => db.delete(STORE, key))
  }

  /** Store nothing any more. */
  async close() {
    this.#isClosed = true
    const opening = this.#opening
    this.#opening = null
    await opening?.then(db => db.close()).catch(() => {})
  }

  /** One after the other: a message that is deleted must not be stored once more by an attempt that comes late. */
  #do(act) {
    this.#last = this.#last.then(() => this.#attempt(act))
    return this.#last
  }

  async #attempt(act, isSecond = false) {
    if (this.#isClosed) return null
    try {
      const db = await this.#withinTime(this.#database())
      const result = await this.#withinTime(act(db))
      this.#tellReopened()
      return result
    } catch (error) {
      this.#lose()
      // One that was closed is mostly there again. One that does not answer would not answer now.
      if (!isSecond && error.name !== "TimeoutError") return this.#attempt(act, true)
      this.#become({ isLasting: false })
      return null
    }
  }

  #database() {
    this.#opening ??= this.open(() => this.#lose())
    return this.#opening
  }

  #lose() {
    this.#opening = null
    this.#wasLost = true
  }

  #tellReopened() {
    if (!this.#wasLost) return
    this.#wasLost = false
    this.reopened()
  }

  #withinTime(promise) {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimeout(() => reject(new DOMException("", "TimeoutError")), ANSWER_MS)
      promise.then(resolve, reject).finally(() => this.clock.clearTimeout(timer))
    })
  }

  #become({ isLasting }) {
    if (isLasting === this.isLasting) return
    this.isLasting = isLasting
    this.changed()
  }
}
