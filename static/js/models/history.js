import { Emitter } from "../helpers/emitter.js"

/** At most so many messages are kept of a room: the page stays light however far one scrolls. */
export const WINDOW = 400
/** What arrives while the end is not loaded; older ones are in the page that is fetched then. */
const LATE = 200

/**
 * The messages of one room that are loaded: a run without holes, in the order of posted_seq.
 * What lies before or after is fetched when it is needed; what is too far off is let go.
 */
export class History extends Emitter {
  messages = []
  moreBefore = true
  moreAfter = false
  #byId = new Map()
  #late = new Map()

  get newest() {
    return this.messages.at(-1) ?? null
  }

  get oldest() {
    return this.messages[0] ?? null
  }

  get isEmpty() {
    return this.messages.length === 0
  }

  get(id) {
    return this.#byId.get(id) ?? null
  }

  /** The newest page. What hangs together with what is loaded joins it, else it takes its place. */
  takeLatest(page) {
    const first = page.messages[0]?.posted_seq ?? 0
    const joins = !this.moreAfter && !this.isEmpty && first <= this.newest.posted_seq
    if (joins) this.#merge(page.messages)
    else this.replace(page)
    this.moreAfter = false
    this.#takeLate()
    this.changed()
  }

  /** A page from elsewhere: what was loaded is let go. */
  replace(page) {
    this.#byId.clear()
    this.messages = []
    this.moreBefore = page.more_before
    this.moreAfter = page.more_after
    this.#merge(page.messages)
    this.#takeLate()
    this.changed()
  }

  /** Nothing that was known holds: neither what was loaded, nor what was heard. */
  startOver(page) {
    this.#late.clear()
    this.replace(page)
  }

  prepend(page) {
    this.moreBefore = page.more_before
    this.#merge(page.messages)
    if (this.#keep(0, WINDOW)) this.moreAfter = true
    this.changed()
  }

  append(page) {
    this.moreAfter = page.more_after
    this.#merge(page.messages)
    this.#takeLate()
    this.trimBefore()
    this.changed()
  }

  /** A message as it now is. */
  hear(message) {
    if (!this.#place(message)) this.#keepLate(message)
    if (this.#keep(0, 2 * WINDOW)) this.moreAfter = true
    this.changed()
  }

  /** Let go what lies far above; only who looks at the end may ask for it. */
  trimBefore() {
    if (this.#keep(this.messages.length - WINDOW, this.messages.length)) this.moreBefore = true
  }

  /** Puts it where it belongs, if that place is loaded. */
  #place(message) {
    const known = this.#byId.get(message.id)
    if (known && known.seq >= message.seq) return true
    if (known) return this.#set(this.messages.indexOf(known), 1, message)
    const place = message.posted_seq
    const isBefore = this.isEmpty ? this.moreBefore : this.moreBefore && place < this.oldest.posted_seq
    const isAfter = this.moreAfter && (this.isEmpty || place > this.newest.posted_seq)
    if (isAfter) return false
    return isBefore && !this.isEmpty ? true : this.#set(this.#indexFor(place), 0, message)
  }

  #set(index, replaced, message) {
    this.messages = this.messages.toSpliced(index, replaced, message)
    this.#byId.set(message.id, message)
    return true
  }

  #merge(messages) {
    for (const message of messages) {
      const known = this.#byId.get(message.id)
      if (!known || known.seq < message.seq) this.#byId.set(message.id, message)
    }
    this.messages = [...this.#byId.values()].sort((one, other) => one.posted_seq - other.posted_seq)
  }

  #keepLate(message) {
    if ((this.#late.get(message.id)?.seq ?? 0) >= message.seq) return
    this.#late.delete(message.id)
    this.#late.set(message.id, message)
    if (this.#late.size > LATE) this.#late.delete(this.#late.keys().next().value)
  }

  #takeLate() {
    for (const message of this.#late.values()) if (this.#place(message)) this.#late.delete(message.id)
  }

  #indexFor(place) {
    const index = this.messages.findLastIndex(message => message.posted_seq < place)
    return index + 1
  }

  #keep(start, end) {
    if (start <= 0 && end >= this.messages.length) return false
    for (const message of [...this.messages.slice(0, Math.max(0, start)), ...this.messages.slice(end)]) {
      this.#byId.delete(message.id)
    }
    this.messages = this.messages.slice(Math.max(0, start), end)
    return true
  }
}
