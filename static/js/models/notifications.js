import { Emitter } from "../helpers/emitter.js"

/** At most so many are kept; what falls out is on the page of all of them. */
const KEPT = 200

/**
 * What I was told: the rows of the panel, changed by nothing but events of my own log and what was fetched.
 * Of two states of one the higher seq holds. `unread` is always the server's own count, over all there are.
 * Says after each change: {arrived, woken: a row or nothing}.
 */
export class Notifications extends Emitter {
  unread = 0
  more = false
  #rows = new Map()
  #readUpTo = { position: 0, seq: 0 }
  #seq = 0

  constructor(panel, { now = Date.now } = {}) {
    super()
    this.now = now
    this.take(panel)
  }

  get(id) {
    return this.#rows.get(id) ?? null
  }

  /** What stands in the panel, newest first. */
  get shown() {
    const shown = [...this.#rows.values()].filter(row => !row.archived_at && !row.snoozed_until && !row.retracted)
    return shown.sort((one, other) => other.position - one.position)
  }

  /** The place up to which I can have seen everything. */
  get newest() {
    return Math.max(0, ...[...this.#rows.values()].map(({ position }) => position))
  }

  isUnread(row) {
    if (!row || row.read_at || row.archived_at || row.snoozed_until || row.retracted) return false
    return row.position > this.#readUpTo.position || row.seq > this.#readUpTo.seq
  }

  /** A panel that was fetched. What was heard since stays. */
  take({ notifications, unread, more, seq }) {
    const since = [...this.#rows.values()].filter(row => row.seq > seq)
    this.#rows = new Map(notifications.map(row => [row.id, row]))
    for (const row of since) this.#keep(row)
    this.more = more
    this.count({ unread, seq })
  }

  /** How many were unread when the log had come to `seq`; an older count is not taken. */
  count({ unread, seq }) {
    if (seq >= this.#seq) {
      this.unread = unread
      this.#seq = seq
    }
    this.changed({})
  }

  /** A `notification` or an `inbox` of my log. */
  apply({ type, data, seq }) {
    // What waited for a panel to be fetched may be older than it.
    if (seq >= this.#seq) Object.assign(this, { unread: data.unread })
    this.#seq = Math.max(this.#seq, seq)
    this.changed(type === "inbox" ? this.#readAll(data.read_up_to, seq) : this.#place(data.notification))
  }

  /** The log has another past than what is known: this panel holds, and nothing else. */
  reset(panel) {
    this.#rows.clear()
    this.#readUpTo = { position: 0, seq: 0 }
    this.#seq = 0
    this.take(panel)
  }

  /** Show a change before the server has said so; what takes it back is returned. */
  expect(ids, change) {
    const before = ids.map(id => this.get(id)).filter(Boolean)
    for (const row of before) this.#rows.set(row.id, { ...row, ...change })
    this.changed({})
    return () => {
      for (const row of before) if (this.get(row.id)?.seq === row.seq) this.#rows.set(row.id, row)
      this.changed({})
    }
  }

  #readAll(position, seq) {
    this.#readUpTo = { position, seq }
    return {}
  }

  #place(row) {
    const known = this.get(row.id)
    if (!this.#keep(row)) return {}
    this.#trim()
    if (row.seq === row.position) return { arrived: row }
    const slept = known?.snoozed_until && Date.parse(known.snoozed_until) <= this.now()
    return slept && this.isUnread(row) ? { woken: row } : {}
  }

  /** Says whether it was news. */
  #keep(row) {
    if ((this.get(row.id)?.seq ?? -1) > row.seq) return false
    this.#rows.set(row.id, row)
    return true
  }

  #trim() {
    if (this.#rows.size <= KEPT) return
    const [oldest] = [...this.#rows.values()].sort((one, other) => one.position - other.position)
    this.#rows.delete(oldest.id)
    this.more = true
  }
}
