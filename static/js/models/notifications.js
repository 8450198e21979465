import { Emitter } from "../helpers/emitter.js"

/** At most so many stay loaded; the notification page has the others. */
const KEPT = 200

/**
 * The user's notifications in the panel, changed only by events of the user's topic and by fetched panels. The state
 * with the higher seq wins. `unread` is always the server's count over all notifications. Emits {arrived, woken} after
 * each change: a row or nothing.
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

  /** The notifications in the panel, newest first. */
  get shown() {
    const shown = [...this.#rows.values()].filter(row => !row.archived_at && !row.snoozed_until && !row.retracted)
    return shown.sort((one, other) => other.position - one.position)
  }

  /** The position up to which the user can have seen everything. */
  get newest() {
    return Math.max(0, ...[...this.#rows.values()].map(({ position }) => position))
  }

  isUnread(row) {
    if (!row || row.read_at || row.archived_at || row.snoozed_until || row.retracted) return false
    return row.position > this.#readUpTo.position || row.seq > this.#readUpTo.seq
  }

  /** Take a fetched panel. Notifications that arrived since stay. */
  take({ notifications, unread, more, seq }) {
    const since = [...this.#rows.values()].filter(row => row.seq > seq)
    this.#rows = new Map(notifications.map(row => [row.id, row]))
    for (const row of since) this.#keep(row)
    this.more = more
    this.count({ unread, seq })
  }

  /** Take the unread count as of `seq`; an older count is ignored. */
  count({ unread, seq }) {
    if (seq >= this.#seq) {
      this.unread = unread
      this.#seq = seq
    }
    this.changed({})
  }

  /** Apply a `notification` or `inbox` event. */
  apply({ type, data, seq }) {
    // An event that was held while a panel was fetched may be older than the panel.
    if (seq >= this.#seq) Object.assign(this, { unread: data.unread })
    this.#seq = Math.max(this.#seq, seq)
    this.changed(type === "inbox" ? this.#readAll(data.read_up_to, seq) : this.#place(data.notification))
  }

  /** Drop everything known and take this panel: the epoch changed, or too much was missed. */
  reset(panel) {
    this.#rows.clear()
    this.#readUpTo = { position: 0, seq: 0 }
    this.#seq = 0
    this.take(panel)
  }

  /** Show a change before the server confirms it. Returns a function that reverts it. */
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

  /** Returns whether the row was newer than the known one. */
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
