const LONG_PRESS_MS = 450
const ROWS = "article.message, .system-line"

/**
 * The keyboard, the mouse and the finger in the timeline. One row is in the tab order; arrows move from row to row.
 * What hovering shows, a long press opens as a menu.
 */
export class LogKeys {
  #stop = null
  #press = null

  constructor(log, actions) {
    Object.assign(this, { log, actions })
    const { content, scroller } = log
    content.addEventListener("keydown", event => this.#key(event))
    content.addEventListener("focusin", ({ target }) => this.#enter(target.closest?.(ROWS), true))
    content.addEventListener(
      "pointerover",
      event => event.pointerType === "mouse" && this.#enter(event.target.closest?.(ROWS)),
    )
    content.addEventListener("pointerleave", () => this.#leave())
    content.addEventListener("pointerdown", event => this.#startPress(event))
    for (const end of ["pointerup", "pointercancel", "pointermove"])
      content.addEventListener(end, event => this.#endPress(event))
    scroller.addEventListener("scroll", () => this.#endPress(), { passive: true })
  }

  get rows() {
    return [...this.log.content.querySelectorAll(ROWS)]
  }

  /** After a drawing: one row stays reachable with Tab, the last one if the old one is gone. */
  keepStop() {
    if (this.#stop?.isConnected) return
    const last = this.rows.at(-1)
    if (last) this.stopAt(last)
  }

  stopAt(row) {
    if (this.#stop) this.#stop.tabIndex = -1
    this.#stop = row
    row.tabIndex = 0
  }

  #enter(row, isFocus = false) {
    if (!row) return
    if (isFocus) this.stopAt(row)
    const message = this.log.message(row)
    if (message?.kind === "text" && !message.deleted_at && !row.querySelector(".editor"))
      this.actions.show(row, message)
    else this.actions.hide()
  }

  #leave() {
    if (!this.log.content.contains(document.activeElement)) this.actions.hide()
  }

  #key(event) {
    const row = event.target
    if (!row.matches?.(ROWS) || event.altKey || event.ctrlKey || event.metaKey) return
    const act = this.#keyActions(row)[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  #keyActions(row) {
    const message = this.log.message(row)
    const rows = this.rows
    const go = index => rows[Math.max(0, Math.min(rows.length - 1, index))].focus()
    const here = rows.indexOf(row)
    const moves = {
      ArrowUp: () => go(here - 1),
      ArrowDown: () => go(here + 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
    }
    if (message?.kind !== "text" || message.deleted_at) return moves
    return {
      ...moves,
      Enter: () => this.actions.openMenu(row, message),
      ContextMenu: () => this.actions.openMenu(row, message),
      e: () => this.actions.edit(message),
      Delete: () => this.actions.delete(message),
    }
  }

  #startPress(event) {
    if (event.pointerType === "mouse" || event.target.closest("a, button, textarea")) return
    const row = event.target.closest(ROWS)
    const message = this.log.message(row)
    if (message?.kind !== "text" || message.deleted_at) return
    const timer = setTimeout(() => this.actions.openMenu(row, message), LONG_PRESS_MS)
    this.#press = { timer, x: event.clientX, y: event.clientY }
  }

  /** A finger is never quite still. */
  #endPress(event) {
    if (!this.#press) return
    const isStill =
      event?.type === "pointermove" && Math.hypot(event.clientX - this.#press.x, event.clientY - this.#press.y) < 8
    if (isStill) return
    clearTimeout(this.#press.timer)
    this.#press = null
  }
}
