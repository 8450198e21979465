import { html, nothing } from "../../vendor/lit-html/lit-html.js"
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
  if (app.outbox.isLasting) return "What you write is kept."
  return "Keep this page open: your browser can't store unsent messages."
}

function retry(app, words = "Retry now") {
  return html`<button type="button" class="link" @click=${() => app.connection.retryNow()}>${words}</button>`
}

/** The seconds are for the eye: a screen reader would read every one of them. */
const LINES = {
  connecting: app => html`Connecting… ${kept(app)}`,
  waiting: app =>
    html`Reconnecting<span aria-hidden="true"> in ${secondsUntil(app.connection.until)} s</span>. ${kept(app)} ${retry(app)}`,
  offline: app => html`You are offline. ${kept(app)}`,
  "signed-out": app => html`You are signed out. ${kept(app)} <a class="link" href=${app.urls.sign_in}>Sign in</a>`,
  "too-many": app =>
    html`You have this open in too many places. Close some, then ${retry(app, "try again")}. ${kept(app)}`,
  outdated: app => html`There is a new version. ${kept(app)} <a class="link" href=${location.href}>Reload</a>`,
  blocked: app => html`The server closed this connection. ${kept(app)} ${retry(app, "Try again")}`,
}

customElements.define("connection-line", ConnectionLine)
