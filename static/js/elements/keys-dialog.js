import { html, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { hasOnlyTouch } from "../helpers/keys.js"
import { COMMAND, OPTION, SHIFT } from "../helpers/shortcuts.js"

const KEYS = [
  [
    t("Everywhere"),
    [
      [t("Search, or jump to a room or person"), [COMMAND, "K"]],
      [t("Search this room (twice: find in page)"), [COMMAND, "F"]],
      [t("Search"), ["/"]],
      [t("Next or previous room"), [OPTION, "↑ ↓"]],
      [t("Next or previous unread room"), [OPTION, SHIFT, "↑ ↓"]],
      [t("Show or hide people"), [OPTION, "M"]],
      [t("Notifications"), [OPTION, "N"]],
      [t("Next section of the page"), ["F6"]],
      [t("Mark as read and jump to latest"), [t("Esc")]],
      [t("Show this list"), ["?"]],
    ],
  ],
  [
    t("Composing"),
    [
      [t("Send"), hasOnlyTouch.matches ? [COMMAND, "Enter"] : ["Enter"]],
      [t("New line"), hasOnlyTouch.matches ? ["Enter"] : [SHIFT, "Enter"]],
      [t("Mention someone, insert an emoji"), ["@", ":"]],
      [t("Edit your last message (while the field is empty)"), ["↑"]],
    ],
  ],
  [
    t("Formatting"),
    [
      [t("Bold"), [COMMAND, "B"], "**text**"],
      [t("Italic"), [COMMAND, "I"], "*text*"],
      [t("Code"), [COMMAND, SHIFT, "C"], "`text`"],
      [t("Code block"), [], "```"],
      [t("Strikethrough"), [], "~~text~~"],
      [t("Quote"), [], "> text"],
      [t("Bulleted list, numbered list"), [], "- text", "1. text"],
      [t("Task, completed task"), [], "- [ ] text", "- [x] text"],
      [t("Heading"), [], "# text"],
      [t("Link"), [], "[text](https://…)"],
      [t("Table: header row, then divider"), [], "| a | b |", "|---|---|"],
    ],
  ],
  [
    t("On a message"),
    [
      [t("Next or previous message"), ["↑ ↓"]],
      [t("Open message menu"), ["Enter"]],
      [t("Links, mentions and code in the message"), ["→ ←"]],
      [t("Author of the message"), ["← →"]],
      [t("React: choose an emoji"), [":"]],
      [t("React with your most used emoji"), ["+"]],
      [t("Edit"), ["E"]],
      [t("Delete"), [t("Del")]],
    ],
  ],
]

/** The dialog with all keyboard shortcuts and the formatting. It is loaded when it is first opened. */
class KeysDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = Object.assign(document.createElement("dialog"), { className: "dialog keys" })
    this.dialog.setAttribute("aria-labelledby", "keys-title")
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close())
    render(this.#template(), this.dialog)
    this.append(this.dialog)
  }

  open() {
    if (this.dialog.open) return
    this.dialog.showModal()
    this.dialog.scrollTop = 0 // The focused button is at the end.
  }

  #template() {
    return html`
      <h2 id="keys-title">${t("Keyboard shortcuts and formatting")}</h2>
      ${KEYS.map(
        ([name, keys]) =>
          html`<h3>${name}</h3><dl>${keys.map(
            ([action, combination, ...typed]) => html`<div>
        <dt>${action}</dt><dd>${typed.map(text => html`<code>${text}</code>`)}${combination.map(key => html`<kbd>${key}</kbd>`)}</dd></div>`,
          )}</dl>`,
      )}
      <form method="dialog" class="actions"><button class="button" autofocus>${t("Close")}</button></form>
    `
  }
}

customElements.define("keys-dialog", KeysDialog)
