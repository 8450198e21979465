import { Emitter } from "../helpers/emitter.js"
import { plural, t } from "../helpers/i18n.js"
import { Alerts } from "./alerts.js"
import { DoNotDisturb } from "./do-not-disturb.js"
import { groupNotifications } from "./notification-groups.js"
import { Notifications } from "./notifications.js"
import { Toasts } from "./toasts.js"

const NOTICE_MS = 8_000
/** With fewer rows than this in the panel, and more on the server, the panel is fetched again. */
const FEW = 10
const SNOOZED = {
  hour: t("Snoozed for an hour."),
  tomorrow: t("Snoozed until tomorrow, 9:00."),
  week: t("Snoozed until Monday, 9:00."),
}

/**
 * The model of the bell: the user's notifications, "do not disturb" and toasts. `api` has panel() and post(action,
 * body), `page` tells what the user looks at, `browserNotifications` has show(notification) and close(isOver).
 */
export class Bell extends Emitter {
  /** The panel is open. */
  isOpen = false
  /** The notice at the foot of the panel: {text, undo}. */
  notice = null
  /** Whether arriving notifications are new: not while disconnected or catching up. */
  isLive = false
  #fetching = null
  #timer = null

  constructor({ panel, kinds, urls, site }, { clock, api, page, isElected, browserNotifications }) {
    super()
    Object.assign(this, { kinds, urls, site, clock, api, browserNotifications })
    this.notifications = new Notifications(panel, clock)
    this.doNotDisturb = new DoNotDisturb(panel.quiet_until, clock)
    this.doNotDisturb.on(() => this.changed())
    this.toasts = new Toasts({ clock })
    this.alerts = new Alerts({
      page: { ...page, sees: one => (this.isOpen && !page.isHidden() && page.isFocused()) || page.sees(one) },
      isElected,
      toast: one => this.toasts.show(one),
      announce: one => browserNotifications.show(one),
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

  apply(event) {
    if (event.type === "quiet") this.doNotDisturb.take(event.data.until)
    else this.notifications.apply(event)
  }

  /** Set whether the connection has caught up. */
  become({ isLive }) {
    if (isLive === this.isLive) return
    this.isLive = isLive
    this.changed()
  }

  /** Take a panel that was fetched with something else, or fetch one. */
  async refresh(panel = null) {
    if (panel) return this.notifications.take(panel)
    this.#fetching ??= this.api.panel()
    const fetching = this.#fetching
    try {
      this.notifications.take(await fetching)
    } catch (error) {
      this.showNotice(error.message)
    } finally {
      this.#fetching = null
    }
  }

  /** Drop everything known: the epoch changed, or too much was missed. Resolves with the seq of the new panel. */
  async reset(panel = null) {
    const fresh = panel ?? (await this.api.panel())
    this.notifications.reset(fresh)
    if (fresh.quiet_until !== undefined) this.doNotDisturb.take(fresh.quiet_until)
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
    this.showNotice(plural("Archived.", "{count} archived.", ids.length), undo)
    return this.#do("archive", { ids }, this.#expect(ids, { archived_at: this.#now }))
  }

  snooze(ids, word) {
    const undo = this.#undoing(ids)
    this.showNotice(SNOOZED[word], undo)
    // The server decides when the snooze ends; any time in the future will do here.
    return this.#do("snooze", { ids, for: word }, this.#expect(ids, { snoozed_until: "9999-12-31T00:00:00Z" }))
  }

  showNotice(text, undo = null) {
    this.clock.clearTimeout(this.#timer)
    this.#timer = text && this.clock.setTimeout(() => this.showNotice(null), NOTICE_MS)
    this.notice = text ? { text, undo } : null
    this.changed()
  }

  /** Undo an archive or snooze; notifications that had been read are marked as read again. */
  #undoing(ids) {
    const wasRead = ids.filter(id => !this.#isUnread(id))
    return async () => {
      this.showNotice(null)
      const awake = { archived_at: null, snoozed_until: null }
      const done = await this.#do("restore", { ids }, this.#expect(ids, awake))
      if (done && wasRead.length) await this.#do("read", { ids: wasRead }, () => {})
    }
  }

  async #do(action, body, revert) {
    try {
      this.notifications.count(await this.api.post(action, body))
      return true
    } catch (error) {
      revert()
      this.showNotice(error.message)
      return false
    }
  }

  #expect(ids, change) {
    return this.notifications.expect(ids, change)
  }

  #follow({ arrived, woken }) {
    this.toasts.closeOver(id => this.#isOver(id))
    this.browserNotifications.close(id => this.#isOver(id))
    if (this.isLive && (arrived || woken)) this.alerts.show(arrived ?? woken)
    if (this.notifications.more && this.notifications.shown.length < FEW) this.refresh()
    this.changed()
  }

  #isUnread(id) {
    return this.notifications.isUnread(this.notifications.get(id))
  }

  /** Unknown for a notification that is not among the rows. */
  #isOver(id) {
    const row = this.notifications.get(id)
    return row !== null && !this.notifications.isUnread(row)
  }

  get #now() {
    return new Date(this.clock.now()).toISOString()
  }
}
