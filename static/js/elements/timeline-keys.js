import { whenTyped } from "../helpers/keys.js"

const LONG_PRESS_MS = 450
const STILL_PX = 10
const ROWS = "article.message, .system-line"
const AUTHOR = ".person-name"
const INSIDE =
  "message-body :is(a, button, [role=button], pre, .table-frame), " +
  "message-files :is(a[href], button, audio[controls], video, .file-lines, .voice-wave), " +
  ".link-preview :is(a, button), .reactions button"
/** What uses the left and right arrows itself: code scrolls, and players seek. */
const TAKES_ARROWS = "pre, .table-frame, audio, video, .file-lines, .voice-wave"
const PRESSED = "a, button, [role=button], [role=slider], audio, video, textarea, .avatar"

/**
 * Keyboard, mouse and touch in the timeline. One row is the tab stop; arrow keys move between rows. Hovering shows the
 * toolbar, a long press opens the menu.
 */
export class TimelineKeys {
  #stop = null
  #isChosen = false
  #press = null

  constructor(log, actions) {
    Object.assign(this, { log, actions })
    const { content } = log
    content.addEventListener(
      "keydown",
      whenTyped(event => this.#key(event)),
    )
    content.addEventListener("focusin", ({ target }) => this.#enter(target.closest?.(ROWS), true))
    content.addEventListener(
      "pointerover",
      event => event.pointerType === "mouse" && this.#enter(event.target.closest?.(ROWS)),
    )
    content.addEventListener("pointerleave", () => this.#leave())
    content.addEventListener("pointerdown", event => this.#startPress(event))
    content.addEventListener("pointermove", event => this.#movePress(event))
    content.addEventListener("pointerup", () => this.#lift())
    content.addEventListener("pointercancel", () => this.#endPress())
    content.addEventListener("contextmenu", event => this.#press && event.preventDefault())
  }

  get rows() {
    return [...this.log.content.querySelectorAll(ROWS)]
  }

  /**
   * After a render or scroll: choose the tab stop. It is the focused row, or the chosen row while it is on the screen,
   * else the last visible row, so that Tab does not scroll away.
   */
  keepStop() {
    const { content, scroller, anchor } = this.log
    if (this.#stop?.isConnected) {
      if (content.contains(document.activeElement)) return
      const [row, view] = [this.#stop, scroller].map(element => element.getBoundingClientRect())
      if (this.#isChosen && row.bottom > view.top && row.top < view.bottom) return
    }
    const last = anchor.shown()?.last ?? this.rows.at(-1)
    if (last) this.stopAt(last, { isChosen: false })
  }

  stopAt(row, { isChosen = true } = {}) {
    this.#isChosen = isChosen
    if (row === this.#stop) return
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
    const { target } = event
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const actions = target.matches?.(ROWS) ? this.#keyActions(target) : this.#insideActions(target)
    const act = actions[event.key]
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
      ArrowLeft: () => row.querySelector(AUTHOR)?.focus(),
      ArrowRight: () => (row.querySelector(INSIDE) ?? row.querySelector(AUTHOR))?.focus(),
      ArrowUp: () => go(here - 1),
      ArrowDown: () => go(here + 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
    }
    if (message?.kind !== "text" || message.deleted_at) return moves
    return {
      ...moves,
      "+": () => this.actions.reactAtOnce(message),
      ":": () => this.actions.pickReaction(row, message),
      Enter: () => this.actions.openMenu(row, message),
      ContextMenu: () => this.actions.openMenu(row, message),
      e: () => this.actions.edit(message),
      Delete: () => this.actions.delete(message),
    }
  }

  /**
   * Left of a row is its author, right are its links, mentions, code and files. Left and right move between them, except
   * in code, which they scroll, and in players, where they seek.
   */
  #insideActions(target) {
    const row = target.closest?.(ROWS)
    const back = () => row.focus()
    if (target.matches?.(AUTHOR)) return { ArrowUp: back, ArrowDown: back, ArrowLeft: back, ArrowRight: back }
    if (!target.matches?.(INSIDE)) return {}
    if (target.matches(TAKES_ARROWS)) return { ArrowUp: back, ArrowDown: back }
    const inside = [...row.querySelectorAll(INSIDE)]
    const go = step => (inside[inside.indexOf(target) + step] ?? row).focus()
    const moves = { ArrowUp: back, ArrowDown: back, ArrowLeft: () => go(-1), ArrowRight: () => go(1) }
    if (!target.matches("[role=button]")) return moves
    const press = () => target.click()
    return { ...moves, Enter: press, " ": press }
  }

  /** The menu opens when the finger lifts: if it opened earlier, lifting would count as a click outside. */
  #startPress(event) {
    if (event.pointerType === "mouse" || event.target.closest(PRESSED)) return
    const row = event.target.closest(ROWS)
    const message = this.log.message(row)
    if (message?.kind !== "text" || message.deleted_at) return
    const timer = setTimeout(() => row.classList.add("held"), LONG_PRESS_MS)
    this.#press = { row, message, timer, x: event.clientX, y: event.clientY }
  }

  /** Allow a small movement: a finger is never quite still. The browser cancels the press when it scrolls. */
  #movePress(event) {
    const press = this.#press
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > STILL_PX) this.#endPress()
  }

  #endPress() {
    clearTimeout(this.#press?.timer)
    this.#press?.row.classList.remove("held")
    this.#press = null
  }

  #lift() {
    const press = this.#press
    const isHeld = press?.row.classList.contains("held")
    this.#endPress()
    if (isHeld) setTimeout(() => this.actions.openMenu(press.row, press.message))
  }
}
