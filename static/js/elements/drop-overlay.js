import { html, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { icon } from "./parts.js"

/** What says, over the messages of a room, that files can be dropped. The pointer does not hit it. */
class DropOverlay extends HTMLElement {
  connectedCallback() {
    const text = t("Drop files to add them to your message")
    render(html`<p>${icon("upload")}<span>${text}</span></p>`, this)
  }
}

customElements.define("drop-overlay", DropOverlay)
