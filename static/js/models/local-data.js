const PREFIX = "hubbub."
const PERSON = "hubbub.person"
const LEFT_AT = "hubbub.left-at"
const DRAFT = /^hubbub\.draft\.(\d+)\./
/** How long something unsent waits in a browser in which nobody is signed in any more. */
export const KEPT_MS = 24 * 3_600_000

/**
 * What this browser stores of people: drafts, unsent messages, small choices. It is for one person at a time.
 *
 * `local` and `session` are SafeStorages; `databases` counts and removes what is in the databases of people: ids(), count(id)
 * of unsent messages, remove(id), and removeRooms(id), which others wrote in.
 */
export class LocalData {
  constructor({ local, session, databases, now = Date.now }) {
    Object.assign(this, { local, session, databases, now })
  }

  /** Whose data are here, as far as this browser knows. */
  get person() {
    return Number(this.local.getItem(PERSON)) || null
  }

  /** Who is signed in, as far as this browser knows, or null. */
  get signedIn() {
    return this.local.getItem(LEFT_AT) ? null : this.person
  }

  /** Somebody is signed in: what anybody else left goes. Resolves with whether they were not the last one here. */
  async arrive(personId) {
    const isNew = this.person !== personId
    this.local.removeItem(LEFT_AT)
    const others = (await this.#people()).filter(id => id !== personId)
    if (others.length) await this.clear({ except: personId })
    this.local.setItem(PERSON, String(personId))
    return isNew
  }

  /** What is lost when this person's data go: {messages, drafts}. */
  async unsent(personId) {
    const mine = this.#draftKeys().filter(key => DRAFT.exec(key)[1] === String(personId))
    const drafts = mine.filter(key => this.local.getItem(key).trim()).length
    return { messages: await this.databases.count(personId), drafts }
  }

  /** Nobody is signed in: what is unsent waits for its author, and goes after a day. Resolves with until when, or null. */
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

  /** Remove everything, of everybody but one person. */
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
