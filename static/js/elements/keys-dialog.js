import { html, render } from "../../vendor/lit-html/lit-html.js"
import { isMac } from "../helpers/browser.js"
import { t } from "../helpers/i18n.js"
import { hasOnlyTouch } from "../helpers/keys.js"

const COMMAND = isMac ? "⌘" : t("Ctrl")
const OPTION = isMac ? "⌥" : "Alt"

const KEYS = [
  [
    t("Anywhere"),
    [
      [t("Jump to a room or a person"), [COMMAND, "K"]],
      [t("The room above, below"), [OPTION, "↑ ↓"]],
      [t("The next room with something new"), [OPTION, "Shift", "↑ ↓"]],
      [t("Show or hide the people"), [OPTION, "M"]],
      [t("Notifications"), [OPTION, "N"]],
      [t("From part to part: rooms, messages, writing, people"), ["F6"]],
      [t("Mark as read, go to the latest"), [t("Esc")]],
      [t("These keys"), ["?"]],
    ],
  ],
  [
    t("Writing"),
    [
      [t("Send"), hasOnlyTouch.matches ? [COMMAND, "Enter"] : ["Enter"]],
      [t("A new line"), hasOnlyTouch.matches ? ["Enter"] : ["Shift", "Enter"]],
      [t("Complete a name, an emoji"), ["@", ":"]],
      [t("Edit the last message (nothing typed)"), ["↑"]],
    ],
  ],
  [
    t("Formatting"),
    [
      [t("Bold"), [COMMAND, "B"], "**text**"],
      [t("Italic"), [COMMAND, "I"], "*text*"],
      [t("Code"), [COMMAND, "Shift", "C"], "`text`"],
      [t("Code on several lines"), [], "```"],
      [t("Struck through"), [], "~~text~~"],
      [t("Quote"), [], "> text"],
      [t("List, numbered list"), [], "- text", "1. text"],
      [t("Task, done"), [], "- [ ] text", "- [x] text"],
      [t("Heading"), [], "# text"],
      [t("Link"), [], "[text](https://…)"],
      [t("Table: a row, and the line below its head"), [], "| a | b |", "|---|---|"],
    ],
  ],
  [
    t("On a message"),
    [
      [t("From message to message"), ["↑ ↓"]],
      [t("What can be done with it"), ["Enter"]],
      [t("To its links, names and code, and back"), ["→ ←"]],
      [t("To who wrote it, and back"), ["← →"]],
      [t("Edit"), ["E"]],
      [t("Delete"), [t("Del")]],
    ],
  ],
]

/** `?`: every key there is, and what formats a text. */
class KeysDialog extends HTMLElement {
  begin() {
    this.dialog = Object.assign(document.createElement("dialog"), { className: "dialog keys" })
    this.dialog.setAttribute("aria-labelledby", "keys-title")
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close())
    render(this.#template(), this.dialog)
    this.append(this.dialog)
  }

  open() {
    if (this.dialog.open) return
    this.dialog.showModal()
    this.dialog.scrollTop = 0 // The button that has the focus is at its end.
  }

  #template() {
    return html`
      <h2 id="keys-title">${t("Keys and formatting")}</h2>
      ${KEYS.map(
        ([name, keys]) =>
          html`<h3>${name}</h3><dl>${keys.map(
            ([what, combination, ...typed]) => html`<div>
        <dt>${what}</dt><dd>${typed.map(text => html`<code>${text}</code>`)}${combination.map(key => html`<kbd>${key}</kbd>`)}</dd></div>`,
          )}</dl>`,
      )}
      <form method="dialog" class="actions"><button class="button" autofocus>${t("Close")}</button></form>
    `
  }
}

customElements.define("keys-dialog", KeysDialog)
