import { Emitter } from "../helpers/emitter.js"
import { applyReaction, markOwn, mergeStates } from "./reactions.js"

/** At most so many messages of a room stay loaded, so that the page stays light however far the user scrolls. */
export const WINDOW = 400
/** At most so many messages are held while the end is not loaded; older ones will be in the page that is fetched. */
const LATE = 200
/** At most so many reactions to messages that are not loaded are held: the message may be in a page on its way. */
const EARLY = 500

/**
 * The loaded messages of one room: a run without gaps, in the order of posted_seq. Messages before and after are
 * fetched when needed; those too far away are dropped.
 */
export class History extends Emitter {
  messages = []
  moreBefore = true
  moreAfter = false
  #byId = new Map()
  #late = new Map()
  #early = []

  constructor(me) {
    super()
    this.me = me
  }

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

  /** Take the newest page. It is merged with the loaded messages if it connects to them, or else replaces them. */
  takeLatest(page) {
    const first = page.messages[0]?.posted_seq ?? 0
    const joins = !this.moreAfter && !this.isEmpty && first <= this.newest.posted_seq
    if (joins) this.#merge(page.messages)
    else this.replace(page)
    this.moreAfter = false
    this.#takeLate()
    this.changed()
  }

  /**
   * Replace the loaded messages by a page from elsewhere. It may have been read before an event that has arrived: newer
   * messages, and newer states of its messages, stay.
   */
  replace(page) {
    const loaded = this.messages
    this.#show(page)
    const end = page.more_after ? Infinity : (this.newest?.posted_seq ?? 0)
    for (const message of loaded) if (message.posted_seq > end || this.#byId.has(message.id)) this.#place(message)
    this.#takeLate()
    this.changed()
  }

  /** Drop everything known, loaded or received, and take a page. */
  reset(page) {
    this.#late.clear()
    this.#early = []
    this.#show(page)
    this.changed()
  }

  #show(page) {
    this.#byId.clear()
    this.messages = []
    this.moreBefore = page.more_before
    this.moreAfter = page.more_after
    this.#merge(page.messages)
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

  /** Apply the current state of a message, of an event. */
  apply(state) {
    const { id } = state
    const events = this.#early.filter(({ data }) => data.message === id)
    const message = markOwn(state, this.#byId.get(id) ?? this.#late.get(id), events, this.me)
    if (!this.#place(message)) this.#keepLate(message)
    if (this.#keep(0, 2 * WINDOW)) this.moreAfter = true
    this.changed()
  }

  /** Apply a `reaction` event. The message may be loaded later, in a state from before the event. */
  react(event) {
    const id = event.data.message
    const known = this.#byId.get(id) ?? this.#late.get(id)
    if (!known) {
      this.#early.push(event)
      if (this.#early.length > EARLY) this.#early.shift()
      return
    }
    const message = applyReaction(known, event, this.me)
    if (message === known) return
    if (this.#byId.has(id)) this.#set(this.messages.indexOf(known), 1, message)
    else this.#late.set(id, message)
    this.changed()
  }

  /** Drop messages far above. Only for a user at the end: elsewhere it would move the view. */
  trimBefore() {
    if (this.#keep(this.messages.length - WINDOW, this.messages.length)) this.moreBefore = true
  }

  /** Insert a message at its position, if that part is loaded. */
  #place(message) {
    const known = this.#byId.get(message.id)
    const merged = mergeStates(known, message)
    if (known === merged) return true
    if (known) return this.#set(this.messages.indexOf(known), 1, merged)
    const position = message.posted_seq
    const isBefore = this.isEmpty ? this.moreBefore : this.moreBefore && position < this.oldest.posted_seq
    const isAfter = this.moreAfter && (this.isEmpty || position > this.newest.posted_seq)
    if (isAfter) return false
    return isBefore && !this.isEmpty ? true : this.#set(this.#indexFor(position), 0, message)
  }

  #set(index, replaced, message) {
    this.messages = this.messages.toSpliced(index, replaced, message)
    this.#byId.set(message.id, message)
    return true
  }

  #merge(messages) {
    for (const message of messages) {
      const events = this.#early.filter(({ data }) => data.message === message.id)
      const fetched = events.reduce((state, event) => applyReaction(state, event, this.me), message)
      this.#byId.set(message.id, mergeStates(this.#byId.get(message.id), fetched))
    }
    this.messages = [...this.#byId.values()].sort((one, other) => one.posted_seq - other.posted_seq)
  }

  #keepLate(message) {
    const merged = mergeStates(this.#late.get(message.id), message)
    this.#late.delete(message.id)
    this.#late.set(message.id, merged)
    if (this.#late.size > LATE) this.#late.delete(this.#late.keys().next().value)
  }

  #takeLate() {
    for (const message of this.#late.values()) if (this.#place(message)) this.#late.delete(message.id)
  }

  #indexFor(position) {
    const index = this.messages.findLastIndex(message => message.posted_seq < position)
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
