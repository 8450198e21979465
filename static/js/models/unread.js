/** The server counts only up to this number. */
export const MOST_COUNTED = 1_000

/**
 * The unread count of one room, exact in whatever order entries and events arrive.
 *
 * An entry's counts hold as of the room's seq `S` and the read position `R`. Each later event is the state of one
 * message; the latest of each is kept until an entry covers it. The shown count is the entry's, changed by these. If
 * the server stopped counting at its maximum, a deletion does not change the number, until an entry has a smaller one.
 * `personal` are the mentions by name, without @room.
 */
export class Unread {
  #latest = new Map()

  constructor(me, entry) {
    this.me = me
    this.#base(entry)
  }

  /** Take an entry, unless it is older than what is known. Returns whether it was taken. */
  take(entry) {
    if (entry.seq < this.seq || entry.last_read_seq < this.readSeq) return false
    this.#base(entry)
    for (const [position, { seq }] of this.#latest) if (seq <= this.seq) this.#latest.delete(position)
    return true
  }

  /** Apply a message event. Returns "refetch" if only a fetched entry can tell how many mentions are left. */
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

  /** Mark as read up to the newest known message; events were received up to `receivedSeq`. */
  readAll(position, receivedSeq) {
    // The entry may count a message whose event has not arrived yet: then the server's next entry has the counts.
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

  /** The counts in the form of an entry; events were received up to `receivedSeq`. */
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
 * The number of unread messages for the user: mentions, and all messages of a direct conversation; in a muted room only
 * mentions by name. 0 if the user is no member.
 */
export function badgeCount({ kind, muted, unread } = {}) {
  if (!unread) return 0
  if (muted) return unread.personal
  return kind === "direct" ? unread.count.unread : unread.count.mentions
}
