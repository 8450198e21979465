import { openDB } from "../../vendor/idb/idb.js"
import { Emitter } from "../helpers/emitter.js"
import { STORE } from "../helpers/unsent-databases.js"

/** Some browsers never answer a request to IndexedDB. */
const ANSWER_MS = 1_000

/** Open a database of unsent-databases.js. `lost` is called when the browser closes it. */
export async function openDatabase(name, lost) {
  const db = await openDB(name, 1, {
    upgrade: created => created.createObjectStore(STORE, { keyPath: "key" }),
    terminated: lost,
    // Another tab deletes or upgrades the database, and waits until this one closes it.
    blocking: () => {
      db.close()
      lost()
    },
  })
  return db
}

/**
 * A store of unsent messages or uploads, for the next page. It is best effort: nothing here rejects or waits for long,
 * a closed database is opened again, and without one its entries last until the page is closed (`isLasting` is false
 * then).
 *
 * `open(lost)` resolves with the database; an operation may take `answerMs`. `reopened` is called when it was opened
 * again: it may be empty.
 */
export class UnsentStore extends Emitter {
  isLasting = true
  reopened = () => {}
  #opening = null
  #wasLost = false
  #isClosed = false
  #last = Promise.resolve()

  constructor({ open, clock, answerMs = ANSWER_MS }) {
    super()
    Object.assign(this, { open, clock, answerMs })
  }

  async all() {
    return (await this.#do(db => db.getAll(STORE))) ?? []
  }

  async get(key) {
    return (await this.#do(db => db.get(STORE, key))) ?? null
  }

  /** Resolves with whether it is stored. */
  async put(entry) {
    const key = await this.#do(async db => {
      const stored = await db.put(STORE, entry)
      this.#become({ isLasting: true })
      return stored
    })
    return key !== null
  }

  delete(key) {
    return this.#do(db => db.delete(STORE, key))
  }

  /** Stop storing. */
  async close() {
    this.#isClosed = true
    const opening = this.#opening
    this.#opening = null
    await opening?.then(db => db.close()).catch(() => {})
  }

  /** Operations run one after the other: a late write must not store a deleted message again. */
  #do(act) {
    this.#last = this.#last.then(() => this.#attempt(act))
    return this.#last
  }

  async #attempt(act, isSecond = false) {
    if (this.#isClosed) return null
    try {
      const db = await this.#withinTime(this.#database())
      const result = await this.#withinTime(act(db))
      this.#emitReopened()
      return result
    } catch (error) {
      this.#lose()
      // A closed database can mostly be reopened. One that timed out would time out again.
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

  #emitReopened() {
    if (!this.#wasLost) return
    this.#wasLost = false
    this.reopened()
  }

  #withinTime(promise) {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimeout(() => reject(new DOMException("", "TimeoutError")), this.answerMs)
      promise.then(resolve, reject).finally(() => this.clock.clearTimeout(timer))
    })
  }

  #become({ isLasting }) {
    if (isLasting === this.isLasting) return
    this.isLasting = isLasting
    this.changed()
  }
}
