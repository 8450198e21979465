import { html, render } from "../../vendor/lit-html/lit-html.js"
import { isMac } from "../helpers/browser.js"
import { hasOnlyTouch } from "../helpers/keys.js"

const COMMAND = isMac ? "⌘" : "Ctrl"
const OPTION = isMac ? "⌥" : "Alt"

const KEYS = [
  [
    "Anywhere",
    [
      ["Jump to a room or a person", [COMMAND, "K"]],
      ["The room above, below", [OPTION, "↑ ↓"]],
      ["The next room with something new", [OPTION, "Shift", "↑ ↓"]],
      ["Show or hide the people", [OPTION, "M"]],
      ["Notifications", [OPTION, "N"]],
      ["From part to part: rooms, messages, writing, people", ["F6"]],
      ["Mark as read, go to the latest", ["Esc"]],
      ["These keys", ["?"]],
    ],
  ],
  [
    "Writing",
    [
      ["Send", hasOnlyTouch.matches ? [COMMAND, "Enter"] : ["Enter"]],
      ["A new line", hasOnlyTouch.matches ? ["Enter"] : ["Shift", "Enter"]],
      ["Complete a name, an emoji", ["@", ":"]],
      ["Edit the last message (nothing typed)", ["↑"]],
    ],
  ],
  [
    "Formatting",
    [
      ["Bold", [COMMAND, "B"], "**text**"],
      ["Italic", [COMMAND, "I"], "*text*"],
      ["Code", [COMMAND, "Shift", "C"], "`text`"],
      ["Code on several lines", [], "```"],
      ["Struck through", [], "~~text~~"],
      ["Quote", [], "> text"],
      ["List, numbered list", [], "- text", "1. text"],
      ["Task, done", [], "- [ ] text", "- [x] text"],
      ["Heading", [], "# text"],
      ["Link", [], "[text](https://…)"],
      ["Table: a row, and the line below its head", [], "| a | b |", "|---|---|"],
    ],
  ],
  [
    "On a message",
    [
      ["From message to message", ["↑ ↓"]],
      ["What can be done with it", ["Enter"]],
      ["To its links, names and code, and back", ["→ ←"]],
      ["To who wrote it, and back", ["← →"]],
      ["Edit", ["E"]],
      ["Delete", ["Del"]],
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
      <h2 id="keys-title">Keys and formatting</h2>
      ${KEYS.map(
        ([name, keys]) =>
          html`<h3>${name}</h3><dl>${keys.map(
            ([what, combination, ...typed]) => html`<div>
        <dt>${what}</dt><dd>${typed.map(text => html`<code>${text}</code>`)}${combination.map(key => html`<kbd>${key}</kbd>`)}</dd></div>`,
          )}</dl>`,
      )}
      <form method="dialog" class="actions"><button class="button" autofocus>Close</button></form>
    `
  }
}

customElements.define("keys-dialog", KeysDialog)
