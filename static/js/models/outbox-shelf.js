import { openDB } from "../../vendor/idb/idb.js"

const STORE = "unsent"

/** Where unsent messages wait: IndexedDB, one database a person, so that nobody sends another's words. */
export async function openShelf(me) {
  try {
    return new DatabaseShelf(await openDB(`hubbub-${me.id}`, 1, { upgrade: db => create(db) }))
  } catch {
    return new MemoryShelf()
  }
}

function create(db) {
  db.createObjectStore(STORE, { keyPath: "key" })
}

class DatabaseShelf {
  constructor(db) {
    this.db = db
  }

  all() {
    return this.db.getAll(STORE)
  }

  put(entry) {
    return this.db.put(STORE, entry)
  }

  delete(key) {
    return this.db.delete(STORE, key)
  }
}

/** Where the browser keeps no databases: unsent messages live as long as the page. */
export class MemoryShelf {
  #entries = new Map()

  async all() {
    return [...this.#entries.values()]
  }

  async put(entry) {
    this.#entries.set(entry.key, entry)
  }

  async delete(key) {
    this.#entries.delete(key)
  }
}
