import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { rich, t } from "../helpers/i18n.js"
import { secondsUntil } from "../helpers/time.js"
import { View } from "./view.js"

/** The first connection of a page takes a moment; "Connecting…" is shown only if it takes longer. */
const PATIENCE_MS = 1_500

/** One line with the connection's problem and what to do. Empty while connected. */
class ConnectionStatus extends View {
  #isLate = false

  connect() {
    this.watch(this.app.connection, this.app.outbox)
    setTimeout(() => {
      this.#isLate = true
      this.update()
    }, PATIENCE_MS)
    setInterval(() => this.app.connection.state === "waiting" && this.update(), 500)
  }

  template() {
    const { state } = this.app.connection
    const words = { ...LINES, connecting: this.#isLate ? LINES.connecting : null }[state]
    this.toggleAttribute("data-trouble", Boolean(words))
    return words ? html`<p>${words(this.app)}</p>` : nothing
  }
}

function kept(app) {
  if (app.outbox.isLasting) return t("Unsent messages are saved.")
  return t("Keep this page open. Your browser can't save unsent messages.")
}

function retry(app, words = t("Try now")) {
  return html`<button type="button" class="link" @click=${() => app.connection.retryNow()}>${words}</button>`
}

/** The countdown is hidden from screen readers, which would read it every second. */
function countdown(seconds) {
  return html`<span class="visually-hidden">${t("Reconnecting…")}</span
    ><span aria-hidden="true">${t("Reconnecting in {seconds} s.", { seconds })}</span>`
}

const LINES = {
  connecting: app => html`${t("Connecting…")} ${kept(app)}`,
  waiting: app => html`${countdown(secondsUntil(app.connection.until))} ${kept(app)} ${retry(app)}`,
  offline: app => html`${t("You're offline.")} ${kept(app)}`,
  "signed-out": app =>
    html`${t("You're signed out.")} ${kept(app)} <a class="link" href=${app.urls.sign_in}>${t("Sign in")}</a>`,
  "too-many": app =>
    html`${rich("Hubbub is open in too many windows. Close some, then {retry}.", { retry: retry(app, t("try again")) })} ${kept(app)}`,
  outdated: app =>
    html`${t("A new version is available.")} ${kept(app)} <a class="link" href=${location.href}>${t("Reload")}</a>`,
  blocked: app => html`${t("The server closed the connection.")} ${kept(app)} ${retry(app, t("Try again"))}`,
}

customElements.define("connection-status", ConnectionStatus)
