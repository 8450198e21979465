const PREFIX = "hubbub."
const PERSON = "hubbub.person"
const LEFT_AT = "hubbub.left-at"
const DRAFT = /^hubbub\.draft\.(\d+)\./
/** A draft's files are stored beside its text. */
const DRAFT_FILES = /^(hubbub\.draft\.\d+\.)files\./
/** How long unsent messages are kept after the session ended by itself. */
export const KEPT_MS = 24 * 3_600_000

/**
 * The data that this browser stores of its user: drafts, unsent messages, small settings. It belongs to one user at a
 * time.
 *
 * `local` and `session` are SafeStorages; `databases` manages the users' databases: ids(), count(id) of unsent
 * messages, remove(id), and removeRooms(id) for the cached rooms, which contain other people's messages.
 */
export class LocalData {
  constructor({ local, session, databases, now = Date.now }) {
    Object.assign(this, { local, session, databases, now })
  }

  /** The id of the user whose data are stored, as far as this browser knows. */
  get person() {
    return Number(this.local.getItem(PERSON)) || null
  }

  /** The id of the signed-in user, as far as this browser knows, or null. */
  get signedIn() {
    return this.local.getItem(LEFT_AT) ? null : this.person
  }

  /**
   * Record the signed-in user and remove the data of everybody else. Resolves with whether the user is another one than
   * before.
   */
  async arrive(personId) {
    const isNew = this.person !== personId
    this.local.removeItem(LEFT_AT)
    const others = (await this.#people()).filter(id => id !== personId)
    if (others.length) await this.clear({ except: personId })
    this.local.setItem(PERSON, String(personId))
    return isNew
  }

  /** Count what would be lost with this user's data: {messages, drafts}. */
  async unsent(personId) {
    const mine = this.#draftKeys().filter(key => DRAFT.exec(key)[1] === String(personId))
    const written = mine.filter(key => this.local.getItem(key).trim())
    const drafts = new Set(written.map(key => key.replace(DRAFT_FILES, "$1")))
    return { messages: await this.databases.count(personId), drafts: drafts.size }
  }

  /**
   * Keep unsent data for its author after the session ended, for a day. Resolves with the time until which it is kept,
   * or null.
   */
  async wait() {
    await Promise.all((await this.#people()).map(id => this.databases.removeRooms(id)))
    const leftAt = Number(this.local.getItem(LEFT_AT)) || this.now()
    if (this.now() - leftAt < KEPT_MS && (await this.#hasUnsent())) {
      this.local.setItem(LEFT_AT, String(leftAt))
      return leftAt + KEPT_MS
    }
    await this.clear()
    return null
  }

  /** Remove the data of all users but one. */
  async clear({ except = null } = {}) {
    const people = this.#people()
    for (const store of [this.local, this.session])
      for (const key of store.keys) if (key.startsWith(PREFIX) && !isDraftOf(except, key)) store.removeItem(key)
    const others = (await people).filter(id => id !== except)
    await Promise.all(others.map(id => this.databases.remove(id)))
  }

  async #hasUnsent() {
    for (const id of await this.#people()) {
      const { messages, drafts } = await this.unsent(id)
      if (messages + drafts) return true
    }
    return false
  }

  async #people() {
    const authors = this.#draftKeys().map(key => Number(DRAFT.exec(key)[1]))
    const last = this.person ? [this.person] : []
    return [...new Set([...last, ...authors, ...(await this.databases.ids())])]
  }

  #draftKeys() {
    return this.local.keys.filter(key => DRAFT.test(key))
  }
}

function isDraftOf(personId, key) {
  return personId !== null && DRAFT.exec(key)?.[1] === String(personId)
}
