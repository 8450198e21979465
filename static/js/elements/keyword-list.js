import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { addKeywords, splitKeywords } from "../models/keywords.js"

/** The keywords as chips with a field to add some. The server's text field is updated and submitted. */
class KeywordList extends HTMLElement {
  #problem = ""

  connectedCallback() {
    this.area = this.querySelector("textarea")
    this.words = splitKeywords(this.area.value)
    this.area.hidden = true
    this.view = document.createElement("div")
    this.area.after(this.view)
    this.#draw()
    this.input = this.querySelector("input")
    // Before other listeners: text that was typed and not added yet must be kept.
    this.area.form.addEventListener("submit", event => this.#addWritten(event), { capture: true })
    this.#takeOver("id", "aria-describedby", "aria-invalid")
  }

  /** Move the label and description of the text field to the new one. */
  #takeOver(...names) {
    for (const name of names) {
      if (this.area.hasAttribute(name)) this.input.setAttribute(name, this.area.getAttribute(name))
      this.area.removeAttribute(name)
    }
  }

  #draw() {
    render(
      html`<ul class="chips keyword-chips" aria-label=${t("Keywords")} ?hidden=${!this.words.length}>
          ${repeat(
            this.words,
            word => word,
            word => html`<li class="chip keyword-chip"><bdi>${word}</bdi>
              <button type="button" aria-label=${t("Remove {name}", { name: word })} @click=${() => this.#remove(word)}>×</button></li>`,
          )}
        </ul>
        <div class="keyword-add">
          <input class="input" maxlength="80" autocomplete="off" spellcheck="false" dir="auto"
            placeholder=${t("Keywords, separated by commas")} @keydown=${whenTyped(event => this.#onKey(event))}>
          <button type="button" class="button" @click=${() => this.#add()}>${t("Add")}</button>
        </div>
        <p class="hint" role="status">${this.#problem}</p>`,
      this.view,
    )
  }

  #onKey(event) {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault()
      this.#add()
    } else if (event.key === "Backspace" && this.input.value === "" && this.words.length) {
      this.#remove(this.words.at(-1))
    }
  }

  #add() {
    const { words, problem } = addKeywords(this.words, this.input.value)
    if (words.length > this.words.length) this.input.value = ""
    this.#problem = problem
    this.#change(words)
  }

  #addWritten(event) {
    if (!this.input.value.trim()) return
    this.#add()
    if (!this.input.value) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  #remove(word) {
    this.#problem = ""
    this.#change(this.words.filter(other => other !== word))
  }

  #change(words) {
    const changed = words.length !== this.words.length
    this.words = words
    this.area.value = words.join("\n")
    this.#draw()
    this.input.focus()
    if (changed) this.area.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

customElements.define("keyword-list", KeywordList)
