/** Who says it first. A tab in which it can be seen already says nothing, and keeps the others from saying it. */
const WAITS_MS = { seen: 0, focused: 60, visible: 140, hidden: 400 }

/**
 * Says what is new, once in all tabs of a browser: by a toast in the one in front, or by the browser itself where none is
 * looked at.
 *
 * `page`: isFocused(), isHidden(), sees(notification). `takeTurn(name, after)` resolves with whether it is this tab's.
 * `toast(notification)` and `announce(notification)` say it.
 */
export class Herald {
  constructor({ page, takeTurn, toast, announce, isUnread }) {
    Object.assign(this, { page, takeTurn, toast, announce, isUnread })
  }

  async hear(notification) {
    const { id, seq, quiet } = notification
    if (quiet || !this.isUnread(id)) return
    if (!(await this.takeTurn(`${id}-${seq}`, WAITS_MS[this.#standing(notification)]))) return
    // It may have been read while others had their chance, and the page may be another one by now.
    if (!this.isUnread(id) || this.page.sees(notification)) return
    if (this.page.isHidden()) this.announce(notification)
    else this.toast(notification)
  }

  #standing(notification) {
    if (this.page.sees(notification)) return "seen"
    if (this.page.isHidden()) return "hidden"
    return this.page.isFocused() ? "focused" : "visible"
  }
}
