import { html } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { soonName } from "../helpers/time.js"
import { BellConsent } from "./bell-consent.js"
import { panelTemplate, walkPanel } from "./bell-panel.js"
import { icon, shortCount } from "./parts.js"
import { View } from "./view.js"

const MOST_SHOWN = 99
const EDGE_PX = 8
const TIMES_MS = 30_000
const sheet = matchMedia("(max-width: 600px)")

/** The bell: the number of unread notifications, and the panel with the newest. */
class LiveBell extends View {
  #currentKey = null
  #ticking = null

  connect() {
    this.bell = this.app.bell
    this.consent = new BellConsent(() => this.update())
    this.watch(this.bell)
    addEventListener("resize", () => this.bell.isOpen && this.#place())
    document.addEventListener("visibilitychange", () => document.hidden || this.update())
  }

  get panel() {
    return this.querySelector(".bell-panel")
  }

  template() {
    const { unread, isOpen, doNotDisturb } = this.bell
    const words = label(unread, doNotDisturb.until)
    return html`
      <button type="button" class="icon-button bell-button" popovertarget="bell-panel" aria-haspopup="dialog"
        aria-expanded=${isOpen} aria-label=${words} title=${words}>
        ${icon("bell")}${unread ? html`<span class="bell-count" aria-hidden="true">${unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>` : ""}
        ${doNotDisturb.until ? html`<span class="bell-quiet">${icon("moon")}</span>` : ""}
      </button>
      <div class="bell-panel" id="bell-panel" popover role="dialog" aria-labelledby="bell-title"
        @beforetoggle=${event => this.#turn(event)} @toggle=${event => this.#turned(event)}
        @keydown=${whenTyped(event => walkPanel(event, this.panel))} @focusin=${event => this.#hold(event)}>
        ${isOpen ? this.#content() : ""}
      </div>`
  }

  draw() {
    const at = this.#focusedRow()
    super.draw()
    this.toggleAttribute("data-live", this.bell.isLive)
    if (at !== null && document.activeElement === document.body) this.#focusRow(at)
  }

  /** The index of the focused row; 0 if the focus is elsewhere in the panel, null if outside. */
  #focusedRow() {
    if (!this.panel?.contains(document.activeElement)) return null
    const row = document.activeElement.closest(".bell-row")
    return Math.max(0, [...this.panel.querySelectorAll(".bell-row")].indexOf(row))
  }

  /** Focus the row that took the place of a removed one. */
  #focusRow(at) {
    const mains = [...this.panel.querySelectorAll(".bell-main")]
    const next = mains[Math.min(at, mains.length - 1)] ?? this.panel.querySelector("#bell-title")
    next?.focus()
  }

  #content() {
    return panelTemplate(this.bell, {
      currentKey: this.#currentKey,
      opened: group => this.#opened(group),
      consent: this.consent.offer,
    })
  }

  /** The row with the focus becomes the tab stop. */
  #hold({ target }) {
    const row = target.closest(".bell-row")
    if (!row || row.dataset.key === this.#currentKey) return
    this.#currentKey = row.dataset.key
    this.update()
  }

  #turn({ target, newState }) {
    if (target !== this.panel || newState === "closed") return
    this.bell.isOpen = true
    // The panel shows the same.
    this.bell.toasts.closeOver(() => true)
    this.#currentKey = null
    this.draw()
  }

  /** Remove the rows only after closing: before, the browser returns the focus to where it was. */
  #turned({ target, newState }) {
    if (target !== this.panel) return
    clearInterval(this.#ticking)
    this.bell.isOpen = newState === "open"
    if (!this.bell.isOpen) return this.draw()
    this.#ticking = setInterval(() => this.update(), TIMES_MS)
    this.consent.look()
    this.#place()
    this.#focusRow(0)
  }

  /** Place the panel below the bell, within the screen; on a narrow screen it is a sheet by its style. */
  #place() {
    if (sheet.matches) return this.panel.removeAttribute("style")
    const { left, bottom } = this.querySelector(".bell-button").getBoundingClientRect()
    const x = Math.max(EDGE_PX, Math.min(left, innerWidth - this.panel.offsetWidth - EDGE_PX))
    const top = Math.round(bottom + 6)
    this.panel.style.inset = `${top}px auto auto ${Math.round(x)}px`
    this.panel.style.setProperty("--top", `${top}px`)
  }

  #opened({ all, newest }) {
    this.bell.read(all.map(({ id }) => id))
    if (newest.url) this.panel.hidePopover()
  }
}

function label(unread, quietUntil) {
  const values = { count: shortCount(unread), time: quietUntil && soonName(quietUntil) }
  if (unread && quietUntil) return t("Notifications, {count} unread, do not disturb until {time}", values)
  if (unread) return t("Notifications, {count} unread", values)
  return quietUntil ? t("Notifications, do not disturb until {time}", values) : t("Notifications")
}

customElements.define("live-bell", LiveBell)
