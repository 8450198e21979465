import { plural } from "../helpers/i18n.js"
import { plainText } from "../helpers/plain-text.js"

const GATHER_MS = 700
const READ_ALOUD = 3
const CHARACTERS = 300

/** The live region: it announces new messages of the current room to screen readers, and shows short notices. */
class LiveRegion extends HTMLElement {
  #waiting = []

  begin(app) {
    this.app = app
    app.dispatcher.onMessage(message => this.#handle(message))
    app.notices.on(words => this.#say(words))
    for (const line of this.querySelectorAll("[data-notice] p")) this.#say(line.textContent)
  }

  #handle(message) {
    const isMine = message.author.id === this.app.me.id
    if (isMine || message.room !== this.app.openRooms.current.id || message.kind !== "text") return
    if (!this.#waiting.length) setTimeout(() => this.#readAloud(), GATHER_MS)
    this.#waiting.push(message)
  }

  #readAloud() {
    const messages = this.#waiting.splice(0)
    const lines = messages.map(({ author, html }) => `${author.name}: ${plainText(html)}`.slice(0, CHARACTERS))
    const words =
      lines.length > READ_ALOUD ? [plural("{count} new message", "{count} new messages", lines.length)] : lines
    this.querySelector("[data-log]").replaceChildren(...words.map(line => paragraph(line)))
  }

  #say(words) {
    const notice = this.querySelector("[data-notice]")
    const line = paragraph(words)
    notice.replaceChildren(line)
    setTimeout(() => line.remove(), 4_000)
  }
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text })
}

customElements.define("live-region", LiveRegion)
