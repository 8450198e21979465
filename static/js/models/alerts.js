/**
 * How long each tab waits before it claims an alert. A tab that already shows the notification claims it at once, and
 * stays silent.
 */
const WAITS_MS = { seen: 0, focused: 60, visible: 140, hidden: 400 }

/**
 * The alerts for new notifications, once over all tabs of a browser: a toast in the tab in front, or a browser
 * notification if no tab is visible.
 *
 * `page`: isFocused(), isHidden(), sees(notification). `isElected(name, after)` resolves with whether this tab shows
 * it. `toast(notification)` and `announce(notification)` show it.
 */
export class Alerts {
  constructor({ page, isElected, toast, announce, isUnread }) {
    Object.assign(this, { page, isElected, toast, announce, isUnread })
  }

  async show(notification) {
    const { id, seq, quiet } = notification
    if (quiet || !this.isUnread(id)) return
    if (!(await this.isElected(`${id}-${seq}`, WAITS_MS[this.#visibility(notification)]))) return
    // Meanwhile it may have been read, and the page may show something else.
    if (!this.isUnread(id) || this.page.sees(notification)) return
    if (this.page.isHidden()) this.announce(notification)
    else this.toast(notification)
  }

  #visibility(notification) {
    if (this.page.sees(notification)) return "seen"
    if (this.page.isHidden()) return "hidden"
    return this.page.isFocused() ? "focused" : "visible"
  }
}
