import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { textFile } from "../helpers/long-text.js"
import { typeOver } from "../helpers/text-marks.js"
import { icon, iconButton } from "./parts.js"

/**
 * The offer to send a long pasted text as a file. It is made below the field, in which the text stands as usual, until
 * that is changed.
 */
export class PasteOffer {
  #text = ""

  /** `area` returns the field, `add(file)` resolves with whether it took the file, `changed` renders the offer. */
  constructor({ area, add, changed }) {
    Object.assign(this, { area, add, changed })
  }

  make(text) {
    this.#text = text.replaceAll(/\r\n?/g, "\n")
    this.changed()
  }

  close() {
    this.#text = ""
    this.changed()
  }

  template() {
    const isThere = this.#text && this.area()?.value.includes(this.#text)
    return html`<div role="status">${isThere ? this.#offer() : nothing}</div>`
  }

  #offer() {
    return html`<p class="paste-offer">${icon("file-text")}<span>${t("You pasted a long text.")}
      <button type="button" class="link" @click=${() => this.#accept()}>${t("Send it as a file")}</button></span>
      ${iconButton({ name: "x", label: t("Keep it as text"), act: () => this.#keep() })}</p>`
  }

  /** The text leaves the field once the tray has it: a limit may refuse the file. */
  async #accept() {
    const text = this.#text
    this.close()
    if (!(await this.add(textFile(text)))) return
    const from = this.area()?.value.indexOf(text) ?? -1
    if (from >= 0) typeOver(this.area(), { from, to: from + text.length, text: "", start: from, end: from })
  }

  #keep() {
    this.close()
    this.area().focus()
  }
}
