import { deleteDB, openDB } from "../../vendor/idb/idb.js"

const NAME = /^hubbub-(?:rooms-)?(\d+)$/
export const STORE = "unsent"
export const ROOMS = "rooms"
export const PAGE = "page"
/** Another tab may hold a database open, and browsers have left such requests without an answer. */
const ANSWER_MS = 1_000

export function databaseName(personId) {
  return `hubbub-${personId}`
}

/** The rooms that a person visited, apart from what is unsent: they go as soon as nobody is signed in. */
export function roomsDatabaseName(personId) {
  return `hubbub-rooms-${personId}`
}

/** The databases of unsent messages, one a person: nobody sends another's words. None of this rejects or takes long. */
export const unsentDatabases = {
  /** Whose there are. Browsers that cannot tell say none. */
  async ids() {
    const all = await answered(() => indexedDB.databases(), [])
    return [...new Set(all.map(({ name }) => Number(NAME.exec(name)?.[1])).filter(Boolean))]
  },

  async count(personId) {
    return answered(() => useStore(personId, db => db.count(STORE)), 0)
  },

  /** Its rows first: the database goes only when no tab has it open any more. */
  async remove(personId) {
    await answered(() => useStore(personId, db => db.clear(STORE)))
    await answered(() => deleteDB(databaseName(personId)))
    await this.removeRooms(personId)
  },

  async removeRooms(personId) {
    await answered(() => deleteDB(roomsDatabaseName(personId)))
  },
}

/** Use a database that there is; to open another one would make it. */
async function useStore(personId, act) {
  let isMade = false
  const db = await openDB(databaseName(personId), undefined, {
    upgrade: (_, _old, _new, transaction) => {
      isMade = true
      transaction.done.catch(() => {})
      transaction.abort()
    },
  }).catch(error => {
    if (isMade) return null
    throw error
  })
  if (!db) return 0
  try {
    return db.objectStoreNames.contains(STORE) ? await act(db) : 0
  } finally {
    db.close()
  }
}

function answered(ask, otherwise) {
  return new Promise(resolve => {
    const giveUp = () => resolve(otherwise)
    setTimeout(giveUp, ANSWER_MS)
    Promise.resolve().then(ask).then(resolve, giveUp)
  })
}
