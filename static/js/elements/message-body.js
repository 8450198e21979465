import { copyText } from "../helpers/browser.js"
import { t } from "../helpers/i18n.js"
import { setMessageHtml } from "../helpers/trusted-types.js"

/** The text of a message: the server's HTML, with copy buttons, mentions of the user and labels added. */
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
    // The row is the tab stop and the right arrow enters it. Otherwise Shift+Tab would go through the whole history.
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

/**
 * Make a mention open the profile card (timeline-people.js). A real <button> is a box: its text neither wraps nor
 * follows the direction of its line.
 */
function makeButton(mention) {
  mention.setAttribute("role", "button")
  mention.setAttribute("aria-haspopup", "dialog")
}

/** Label a block that scrolls sideways, which the keyboard can focus. */
function name(element, label) {
  element.setAttribute("role", "group")
  element.setAttribute("aria-label", label)
}

customElements.define("message-body", MessageBody)
