import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { isolate } from "../helpers/bidi-isolation.js"
import { rich } from "../helpers/i18n.js"
import { listNames } from "../helpers/names.js"
import { View } from "./view.js"

/** The line that shows who is typing. Its space is reserved, so that nothing moves. */
class TypingLine extends View {
  connect() {
    this.watch(this.app.typing, this.app.openRooms)
  }

  template() {
    const names = this.app.typing.names(this.app.openRooms.current.id)
    if (!names.length) return nothing
    const people = html`<strong>${listNames(names.map(isolate))}</strong>`
    return names.length === 1 ? rich("{people} is typing…", { people }) : rich("{people} are typing…", { people })
  }
}

customElements.define("typing-line", TypingLine)
