import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { systemClock, tabChannel } from "../helpers/browser.js"
import { csrfToken, getJson } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { beforeNextFrame } from "../helpers/schedule.js"
import { probeSignIn } from "../helpers/sign-in.js"
import { Announcements } from "../models/announcements.js"
import { pageConnection, plainConnection } from "../models/page-connection.js"
import { icon } from "./parts.js"

/** The announcements above the page. The server renders them; this adds and removes. */
class AnnouncementBanner extends HTMLElement {
  connectedCallback() {
    // In the chat it begins with the other elements, on their connection.
    if (!this.hasAttribute("data-view")) this.#begin()
  }

  begin({ connection }) {
    this.#begin(connection)
  }

  #begin(connection = null) {
    const state = JSON.parse(this.querySelector("script").textContent)
    this.announcements = new Announcements(state, { clock: systemClock })
    this.tabs = tabChannel("hubbub-announcements")
    this.tabs.received = id => this.announcements.dismiss(id)
    this.replaceChildren(this.#makeRegion())
    this.announcements.on(beforeNextFrame(() => this.#draw()))
    this.#draw()
    connection ??= state.socket && connectTo(state.socket)
    connection?.client.subscribe(state.topic, state.seq, {
      event: ({ type, data }) => type === "announcement" && this.#handle(data),
      reset: () => this.#reset(),
      refused() {},
    })
  }

  /** Fetch everything again: the epoch changed, or too much was missed. */
  async #reset() {
    const state = await getJson(this.dataset.current)
    this.announcements.reset(state)
    return state.seq
  }

  /** A live region for new announcements, so that the existing ones are not read aloud. */
  #makeRegion() {
    this.frame = document.createElement("div")
    this.voice = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" })
    const whole = document.createDocumentFragment()
    whole.append(this.frame, this.voice)
    return whole
  }

  #handle(announcement) {
    const before = this.announcements.current.map(({ id }) => id)
    this.announcements.take(announcement)
    const isNew =
      !before.includes(announcement.id) && this.announcements.current.some(({ id }) => id === announcement.id)
    if (isNew) this.voice.textContent = announcement.text
  }

  #dismiss(event, { id }) {
    event.preventDefault()
    const row = event.target.closest(".announcement")
    const next = row.nextElementSibling ?? row.previousElementSibling
    this.announcements.dismiss(id)
    this.tabs.send(id)
    next?.querySelector("button")?.focus()
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrfToken() })
    // A failure is not reported: the announcement is on the next page again, and can be dismissed there.
    fetch(this.#address(id), { method: "POST", body, redirect: "manual" }).catch(() => {})
  }

  #address(id) {
    return this.dataset.dismiss.replace("/0/", `/${id}/`)
  }

  #draw() {
    const { shown, folded } = this.announcements
    render(
      shown.length
        ? html`<section class="announcements" aria-label=${t("Announcements")}>
            ${this.#rows(shown)}
            ${folded.length ? html`<details><summary>${plural("{count} more", "{count} more", folded.length)}</summary>${this.#rows(folded)}</details>` : nothing}
          </section>`
        : nothing,
      this.frame,
    )
  }

  #rows(announcements) {
    return repeat(
      announcements,
      ({ id }) => id,
      announcement => html`<div class="announcement">
        ${icon("megaphone")}
        <p dir="auto">${announcement.text} ${announcement.url ? html`<a class="link" href=${announcement.url}>${t("Read more")}</a>` : nothing}</p>
        <form method="post" action=${this.#address(announcement.id)} @submit=${event => this.#dismiss(event, announcement)}>
          <button class="icon-button" title=${t("Dismiss")} aria-label=${t("Dismiss: {text}", { text: announcement.text.slice(0, 60) })}>${icon("x")}</button>
        </form>
      </div>`,
    )
  }
}

/** The bell mostly begins earlier and knows the epoch. Without it the state is fetched once more. */
function connectTo(path) {
  return pageConnection(() => plainConnection({ path, epoch: "", clock: systemClock, probe: probeSignIn }))
}

customElements.define("announcement-banner", AnnouncementBanner)
