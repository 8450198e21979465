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

/** The bell: how many notifications are unread, and the panel that lists the newest. */
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

  /** Which row has the focus; 0 where it is elsewhere in the panel, null where it is outside. */
  #focusedRow() {
    if (!this.panel?.contains(document.activeElement)) return null
    const row = document.activeElement.closest(".bell-row")
    return Math.max(0, [...this.panel.querySelectorAll(".bell-row")].indexOf(row))
  }

  /** What had the focus went away: the row that came into its place has it then. */
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

  /** Where the arrow keys stand is where Tab comes back to. */
  #hold({ target }) {
    const row = target.closest(".bell-row")
    if (!row || row.dataset.key === this.#currentKey) return
    this.#currentKey = row.dataset.key
    this.update()
  }

  #turn({ target, newState }) {
    if (target !== this.panel || newState === "closed") return
    this.bell.isOpen = true
    // What they said stands in the panel.
    this.bell.toasts.closeOver(() => true)
    this.#currentKey = null
    this.draw()
  }

  /** The rows go when it has closed: until then the browser gives the focus back to where it came from. */
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

  /** Below the bell, on the screen; a narrow one has it as a sheet, by its style. */
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
