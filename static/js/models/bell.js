import { Emitter } from "../helpers/emitter.js"
import { plural, t } from "../helpers/i18n.js"
import { Herald } from "./herald.js"
import { groupNotifications } from "./notification-groups.js"
import { Notifications } from "./notifications.js"
import { Quiet } from "./quiet.js"
import { Toasts } from "./toasts.js"

const SAID_MS = 8_000
/** With fewer rows than this in the panel, and more on the server, the panel is fetched anew. */
const FEW = 10
const SNOOZED = {
  hour: t("Snoozed for an hour."),
  tomorrow: t("Snoozed until tomorrow, 9:00."),
  week: t("Snoozed until Monday, 9:00."),
}

/**
 * What the bell knows and does. `api` asks the server: panel(), post(deed, body). `page` says what the person has before
 * their eyes, `announcer` speaks through the browser: show(notification), close(isOver).
 */
export class Bell extends Emitter {
  /** The panel is open, and looked at. */
  isOpen = false
  /** Words at the foot of the panel: {words, undo}. */
  said = null
  /** What comes now is new; while the line is down or catches up it is not. */
  isLive = false
  #fetching = null
  #timer = null

  constructor({ panel, kinds, urls, site }, { clock, api, page, takeTurn, announcer }) {
    super()
    Object.assign(this, { kinds, urls, site, clock, api, announcer })
    this.notifications = new Notifications(panel, clock)
    this.quiet = new Quiet(panel.quiet_until, clock)
    this.quiet.on(() => this.changed())
    this.toasts = new Toasts({ clock })
    this.herald = new Herald({
      page: { ...page, sees: one => (this.isOpen && !page.isHidden() && page.isFocused()) || page.sees(one) },
      takeTurn,
      toast: one => this.toasts.show(one),
      announce: one => announcer.show(one),
      isUnread: id => this.#isUnread(id),
    })
    this.notifications.on(news => this.#follow(news))
  }

  get unread() {
    return this.notifications.unread
  }

  get groups() {
    return groupNotifications(this.notifications.shown, row => this.notifications.isUnread(row))
  }

  hear(event) {
    if (event.type === "quiet") this.quiet.take(event.data.until)
    else this.notifications.hear(event)
  }

  /** The line catches up, or has done so. */
  become({ isLive }) {
    if (isLive === this.isLive) return
    this.isLive = isLive
    this.changed()
  }

  /** Begin anew with a panel that came with something else, or fetch one. */
  async refresh(panel = null) {
    if (panel) return this.notifications.take(panel)
    this.#fetching ??= this.api.panel()
    const fetching = this.#fetching
    try {
      this.notifications.take(await fetching)
    } catch (error) {
      this.say(error.message)
    } finally {
      this.#fetching = null
    }
  }

  /** Another history, or too much was missed: what was known does not hold. Resolves with where the new panel stands. */
  async startOver(panel = null) {
    const fresh = panel ?? (await this.api.panel())
    this.notifications.startOver(fresh)
    if (fresh.quiet_until !== undefined) this.quiet.take(fresh.quiet_until)
    return fresh.seq
  }

  read(ids) {
    const unread = ids.filter(id => this.#isUnread(id))
    if (unread.length) return this.#do("read", { ids: unread }, this.#expect(unread, { read_at: this.#now }))
  }

  readAll() {
    const ids = this.notifications.shown.filter(row => this.notifications.isUnread(row)).map(({ id }) => id)
    return this.#do("read", { up_to: this.notifications.newest }, this.#expect(ids, { read_at: this.#now }))
  }

  archive(ids) {
    const undo = this.#undoing(ids)
    this.say(plural("Archived.", "{count} archived.", ids.length), undo)
    return this.#do("archive", { ids }, this.#expect(ids, { archived_at: this.#now }))
  }

  snooze(ids, word) {
    const undo = this.#undoing(ids)
    this.say(SNOOZED[word], undo)
    // Until when it sleeps is the server's to say.
    return this.#do("snooze", { ids, for: word }, this.#expect(ids, { snoozed_until: "9999-12-31T00:00:00Z" }))
  }

  say(words, undo = null) {
    this.clock.clearTimeout(this.#timer)
    this.#timer = words && this.clock.setTimeout(() => this.say(null), SAID_MS)
    this.said = words ? { words, undo } : null
    this.changed()
  }

  /** As it was before: what had been read is read again. */
  #undoing(ids) {
    const wasRead = ids.filter(id => !this.#isUnread(id))
    return async () => {
      this.say(null)
      const awake = { archived_at: null, snoozed_until: null }
      const done = await this.#do("restore", { ids }, this.#expect(ids, awake))
      if (done && wasRead.length) await this.#do("read", { ids: wasRead }, () => {})
    }
  }

  async #do(deed, body, takeBack) {
    try {
      this.notifications.count(await this.api.post(deed, body))
      return true
    } catch (error) {
      takeBack()
      this.say(error.message)
      return false
    }
  }

  #expect(ids, change) {
    return this.notifications.expect(ids, change)
  }

  #follow({ arrived, woken }) {
    this.toasts.closeOver(id => this.#isOver(id))
    this.announcer.close(id => this.#isOver(id))
    if (this.isLive && (arrived || woken)) this.herald.hear(arrived ?? woken)
    if (this.notifications.more && this.notifications.shown.length < FEW) this.refresh()
    this.changed()
  }

  #isUnread(id) {
    return this.notifications.isUnread(this.notifications.get(id))
  }

  /** Of what is not among the rows nobody knows. */
  #isOver(id) {
    const row = this.notifications.get(id)
    return row !== null && !this.notifications.isUnread(row)
  }

  get #now() {
    return new Date(this.clock.now()).toISOString()
  }
}
