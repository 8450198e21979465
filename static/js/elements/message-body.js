import { copyText } from "../helpers/browser.js"
import { t } from "../helpers/i18n.js"
import { setMessageHtml } from "../helpers/trusted-types.js"

/** What was said: the server's html, and what only the readMarker's browser can add to it. */
class MessageBody extends HTMLElement {
  #html = null

  set html(html) {
    if (html === this.#html) return
    this.#html = html
    setMessageHtml(this, html)
    this.#markMe()
    for (const mention of this.querySelectorAll(".mention[data-user]")) makeButton(mention)
    for (const code of this.querySelectorAll("pre")) this.#offerCopy(code)
    for (const frame of this.querySelectorAll(".table-frame")) name(frame, t("Table"))
    // The row is the tab stop; the right arrow leads into it. Else Tab goes through the whole history, backwards.
    for (const inside of this.querySelectorAll("a, button, [role=button], pre, .table-frame")) inside.tabIndex = -1
  }

  #markMe() {
    for (const mention of this.querySelectorAll(`[data-user="${this.me}"], .mention.everybody`))
      mention.classList.add("you")
  }

  #offerCopy(code) {
    const frame = document.createElement("div")
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "code-copy",
      textContent: t("Copy"),
    })
    button.setAttribute("aria-label", t("Copy code"))
    button.addEventListener("click", async () => {
      if (await copyText(code.textContent)) button.textContent = t("Copied")
      setTimeout(() => Object.assign(button, { textContent: t("Copy") }), 1_500)
    })
    frame.className = "code-frame"
    name(code, t("Code"))
    code.replaceWith(frame)
    frame.append(code, button)
  }
}

/** It opens a card (log-people.js). A <button> would be a box: its text does not turn with its line, nor break with it. */
function makeButton(mention) {
  mention.setAttribute("role", "button")
  mention.setAttribute("aria-haspopup", "dialog")
}

/** Name what scrolls sideways by itself, with the keyboard, too. */
function name(element, label) {
  element.setAttribute("role", "group")
  element.setAttribute("aria-label", label)
}

customElements.define("message-body", MessageBody)
