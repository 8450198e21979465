import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { rich, t } from "../helpers/i18n.js"
import { secondsUntil } from "../helpers/time.js"
import { View } from "./view.js"

/** The first line of a page takes a moment; only a slow one is worth words. */
const PATIENCE_MS = 1_500

/** One quiet line that says what is wrong with the connection and what can be done. Connected: nothing. */
class ConnectionLine extends View {
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
  if (app.outbox.isLasting) return t("What you write is kept.")
  return t("Keep this page open: your browser can't store unsent messages.")
}

function retry(app, words = t("Retry now")) {
  return html`<button type="button" class="link" @click=${() => app.connection.retryNow()}>${words}</button>`
}

/** For the eye: a screen reader would read every second. */
function inSeconds(seconds) {
  return html`<span aria-hidden="true">${t(" in {seconds} s", { seconds })}</span>`
}

const LINES = {
  connecting: app => html`${t("Connecting…")} ${kept(app)}`,
  waiting: app =>
    html`${rich("Reconnecting{soon}.", { soon: inSeconds(secondsUntil(app.connection.until)) })} ${kept(app)} ${retry(app)}`,
  offline: app => html`${t("You are offline.")} ${kept(app)}`,
  "signed-out": app =>
    html`${t("You are signed out.")} ${kept(app)} <a class="link" href=${app.urls.sign_in}>${t("Sign in")}</a>`,
  "too-many": app =>
    html`${rich("You have this open in too many places. Close some, then {retry}.", { retry: retry(app, t("try again")) })} ${kept(app)}`,
  outdated: app =>
    html`${t("There is a new version.")} ${kept(app)} <a class="link" href=${location.href}>${t("Reload")}</a>`,
  blocked: app => html`${t("The server closed this connection.")} ${kept(app)} ${retry(app, t("Try again"))}`,
}

customElements.define("connection-line", ConnectionLine)
