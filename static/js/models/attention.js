import { Emitter } from "../helpers/emitter.js"

/**
 * The user's attention to this page: it is active while the page is visible, its window has the focus, and there was
 * recent input. Only then messages count as read; otherwise pushes and emails must be sent.
 *
 * `page`: isHidden(), isFocused().
 */
export class Attention extends Emitter {
  constructor({ ownPresence, page }) {
    super()
    Object.assign(this, { ownPresence, page })
    ownPresence.on(() => this.changed())
  }

  get isActive() {
    return !this.page.isHidden() && this.page.isFocused() && !this.ownPresence.isAway
  }

  begin(page = globalThis) {
    for (const type of ["focus", "blur"]) page.addEventListener(type, () => this.changed())
    page.document.addEventListener("visibilitychange", () => this.changed())
  }
}
