import { deleteDB, openDB } from "../../vendor/idb/idb.js"

const NAME = /^hubbub-(?:rooms-|uploads-)?(\d+)$/
export const STORE = "unsent"
export const ROOMS = "rooms"
export const PAGE = "page"
/** Another tab may keep a database open, and some browsers never answer such requests. */
const ANSWER_MS = 1_000

export function databaseName(personId) {
  return `hubbub-${personId}`
}

/** The database of the uploads: that of the messages stays fast beside large files. */
export function uploadsDatabaseName(personId) {
  return `hubbub-uploads-${personId}`
}

/**
 * The database of the cached rooms. It is separate from unsent messages, because it is removed as soon as nobody is
 * signed in.
 */
export function roomsDatabaseName(personId) {
  return `hubbub-rooms-${personId}`
}

/**
 * The databases of unsent messages and of uploads, one per user, so that nobody sends what another user wrote. Nothing
 * here rejects or takes long.
 */
export const unsentDatabases = {
  /** The ids of users with a database; none in browsers that cannot list databases. */
  async ids() {
    const all = await answered(() => indexedDB.databases(), [])
    return [...new Set(all.map(({ name }) => Number(NAME.exec(name)?.[1])).filter(Boolean))]
  },

  async count(personId) {
    return answered(() => useStore(databaseName(personId), db => db.count(STORE)), 0)
  },

  async remove(personId) {
    await Promise.all([
      removeUnsent(databaseName(personId)),
      removeUnsent(uploadsDatabaseName(personId)),
      this.removeRooms(personId),
    ])
  },

  async removeRooms(personId) {
    await answered(() => deleteDB(roomsDatabaseName(personId)))
  },
}

/** Clear the rows first: the database is removed only when no tab has it open. */
async function removeUnsent(name) {
  await answered(() => useStore(name, db => db.clear(STORE)))
  await answered(() => deleteDB(name))
}

/** Use an existing database; opening another one would create it. */
async function useStore(name, act) {
  let isMade = false
  const db = await openDB(name, undefined, {
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
