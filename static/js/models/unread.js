/** The server counts no further: so many, or more. */
export const MOST_COUNTED = 1_000

/**
 * How many messages of one room wait for me, exact whatever order things are heard in.
 *
 * An entry counts as of the room's seq `S` and what I had read then, `R`. Each later event is a state of one message;
 * the last one of each is kept until an entry covers it. What is shown is the entry's count, and what those change. Where the server counted no further,
 * nobody knows of how many a deletion takes one away: the number stays until an entry has a smaller one.
 * `personal` are the mentions by name, without those of everybody in the room.
 */
export class Unread {
  #latest = new Map()

  constructor(me, entry) {
    this.me = me
    this.#base(entry)
  }

  /** Take an entry that is not older than what is known; says whether it was taken. */
  take(entry) {
    if (entry.seq < this.seq || entry.last_read_seq < this.readSeq) return false
    this.#base(entry)
    for (const [position, { seq }] of this.#latest) if (seq <= this.seq) this.#latest.delete(position)
    return true
  }

  /** Hear a message event; says "refetch" when only a fresh entry can tell how many mentions are left. */
  apply(message) {
    if (message.seq <= this.seq || message.kind !== "text" || message.author.id === this.me) return null
    if ((this.#latest.get(message.posted_seq)?.seq ?? 0) >= message.seq) return null
    const isPersonal = message.mentions.includes(this.me)
    const mentionsMe = Boolean(message.everybody) || isPersonal
    const state = { seq: message.seq, deleted: Boolean(message.deleted_at), mentionsMe, isPersonal }
    this.#latest.set(message.posted_seq, state)
    const isCounted = message.posted_seq <= this.seq && message.posted_seq > this.readSeq
    return isCounted && (mentionsMe || this.base.mentions > 0) ? "refetch" : null
  }

  /** I read up to the newest message that I know of, having heard the room up to `heard`. */
  readAll(position, receivedSeq) {
    // The entry may count a message that has not been heard yet: then the server's answer tells the rest.
    if (position < this.readSeq || receivedSeq < this.seq) return
    this.readSeq = position
    this.base = { unread: 0, mentions: 0, personal: 0 }
    for (const old of this.#latest.keys()) if (old <= position) this.#latest.delete(old)
  }

  get count() {
    let { unread, mentions } = this.base
    for (const [position, { deleted, mentionsMe }] of this.#latest) {
      if (position <= this.readSeq) continue
      if (position <= this.seq) unread -= deleted && this.base.unread < MOST_COUNTED
      else {
        unread += !deleted
        mentions += !deleted && mentionsMe
      }
    }
    return { unread: Math.max(0, unread), mentions: Math.max(0, mentions) }
  }

  get personal() {
    const isNew = ([position, { deleted, isPersonal }]) =>
      isPersonal && !deleted && position > Math.max(this.seq, this.readSeq)
    return this.base.personal + [...this.#latest].filter(isNew).length
  }

  /** The same as an entry has it, when events were heard up to `heard`. */
  state(receivedSeq) {
    const { unread, mentions } = this.count
    return {
      seq: Math.max(this.seq, receivedSeq),
      last_read_seq: this.readSeq,
      unread,
      mentions,
      personal_mentions: this.personal,
    }
  }

  #base({ seq, last_read_seq: readSeq, unread, mentions, personal_mentions: personal = mentions }) {
    this.seq = seq
    this.readSeq = readSeq
    this.base = { unread, mentions, personal }
  }
}

/**
 * How much of what is unread in a room is for me: what mentions me, and every word of a conversation; of a muted room
 * only what mentions me by name. Nothing where I am no member.
 */
export function badgeCount({ kind, muted, unread } = {}) {
  if (!unread) return 0
  if (muted) return unread.personal
  return kind === "direct" ? unread.count.unread : unread.count.mentions
}
