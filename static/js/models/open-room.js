import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"
import { History } from "./history.js"
import { Members } from "./members.js"

/**
 * A room that was opened: its loaded messages, its members, and the user's rights in it.
 *
 * `api` has open(id) and page(id, {before|after|around}). `cached(id)` resolves with the cached state, for when the
 * room cannot be fetched. `state` is loading, ready or failed (with `error`).
 */
export class OpenRoom extends Emitter {
  state = "loading"
  error = null
  can = new Set()
  members = new Members()
  newAfter = null
  newCount = 0
  /** Whether the state is from the cache, until it is fetched. */
  isCached = false
  #fetching = new Map()
  /** How often the room was reset: responses to earlier requests are out of date. */
  #resets = 0

  constructor(id, api, cached = async () => null, me = null) {
    super()
    Object.assign(this, { id, api, cached, history: new History(me) })
    this.history.on(() => this.changed())
    this.members.on(() => this.changed())
  }

  /** Show a state: that of the initial data, or a fetched one. */
  take({ can, members, member_count: count, ...page }) {
    if (this.isCached) this.#dropCached(page.seq)
    this.can = new Set(can)
    this.members.takeAll(members, count)
    this.#become("ready")
    // The initial data contain the first unread messages if they are above the newest ones.
    if (page.more_after) this.history.replace(page)
    else this.history.takeLatest(page)
  }

  /** Drop everything known: too much was missed. */
  reset({ can, members, member_count: count, ...page }) {
    this.#resets += 1
    this.#fetching.clear()
    this.error = null
    this.can = new Set(can)
    this.members.takeAll(members, count)
    this.history.reset(page)
    this.#become("ready")
  }

  /** Fetch the state; what is shown stays until it arrives. */
  refresh() {
    return this.#once("state", async () => {
      const fetching = this.api.open(this.id).catch(error => this.#takeKept(error))
      const state = await this.#inTime(fetching)
      if (state) this.take(state)
      return state
    })
  }

  /** Offline a room is shown from the cache, and the error stays: it is fetched when the connection is back. */
  async #takeKept(error) {
    const state = this.state === "loading" && !error.isFinal ? await this.cached(this.id) : null
    if (state && this.state === "loading") {
      this.take(state)
      this.isCached = true
    }
    throw error
  }

  /** The cached state may be old. Messages that are newer than the fetched state stay. */
  #dropCached(seq) {
    const newer = this.history.messages.filter(message => Math.max(message.seq, message.reactions_seq ?? 0) > seq)
    this.isCached = false
    this.history.reset({ messages: [], more_before: true, more_after: false })
    for (const message of newer) this.history.apply(message)
  }

  loadBefore() {
    const { oldest, moreBefore } = this.history
    if (!moreBefore || !oldest) return null
    return this.#once("before", async () => {
      const page = await this.#inTime(this.api.page(this.id, { before: oldest.posted_seq }))
      if (page && this.history.oldest?.id === oldest.id) this.history.prepend(page)
    })
  }

  loadAfter() {
    const { newest, moreAfter } = this.history
    if (!moreAfter || !newest) return null
    return this.#once("after", async () => {
      const page = await this.#inTime(this.api.page(this.id, { after: newest.posted_seq }))
      if (page && this.history.newest?.id === newest.id) this.history.append(page)
    })
  }

  loadAround(position) {
    return this.#once("around", async () => {
      const page = await this.#inTime(this.api.page(this.id, { around: position }))
      if (page) this.history.replace(page)
      this.#become("ready")
    })
  }

  loadLatest() {
    return this.#once("latest", async () => {
      const page = await this.#inTime(this.api.page(this.id, {}))
      if (page) this.history.replace(page)
    })
  }

  /** Set the line above the first unread message. It stays until the user comes back or posts. */
  markNew(after, count) {
    if (this.newAfter !== null) return
    this.newAfter = after
    this.newCount = count
    this.changed()
  }

  clearNew() {
    this.newAfter = null
    this.newCount = 0
    this.changed()
  }

  /** Load again, when the connection is back, after a failure. */
  recover() {
    if (!this.error) return
    this.error = null
    if (this.state === "failed" || this.isCached) this.refresh()
    this.changed()
  }

  /**
   * Run one request of a kind at a time. A page that arrives after its edge has moved is dropped: it would leave a gap.
   */
  #once(kind, fetch) {
    if (this.#fetching.has(kind)) return this.#fetching.get(kind)
    const work = this.#try(kind, fetch)
    this.#fetching.set(kind, work)
    this.changed()
    return work
  }

  /** The response, or null if the room was reset since: it would bring back an outdated state. */
  async #inTime(fetching) {
    const resets = this.#resets
    const fetched = await fetching
    return resets === this.#resets ? fetched : null
  }

  async #try(kind, fetch) {
    const resets = this.#resets
    const isOver = () => resets !== this.#resets
    try {
      const result = await fetch()
      if (!isOver()) this.error = null
      return result
    } catch (error) {
      reportBug(error)
      if (isOver()) return null
      this.error = { kind, code: error.code, message: error.message }
      if (this.state === "loading") this.state = "failed"
      return null
    } finally {
      if (!isOver()) this.#fetching.delete(kind)
      this.changed()
    }
  }

  #become(state) {
    this.state = state
    this.changed()
  }
}
