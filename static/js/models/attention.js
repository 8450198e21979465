import { Emitter } from "../helpers/emitter.js"

/**
 * Whether a person looks at this page: it is visible, its window has the focus, and it was touched lately. Only then is
 * what it shows read; else pushes and mails have to go out.
 *
 * `page`: isHidden(), isFocused().
 */
export class Attention extends Emitter {
  constructor({ away, page }) {
    super()
    Object.assign(this, { away, page })
    away.on(() => this.changed())
  }

  get isPaid() {
    return !this.page.isHidden() && this.page.isFocused() && !this.away.isAway
  }

  begin(page = globalThis) {
    for (const type of ["focus", "blur"]) page.addEventListener(type, () => this.changed())
    page.document.addEventListener("visibilitychange", () => this.changed())
  }
}
