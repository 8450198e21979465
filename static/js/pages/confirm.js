// The confirmation dialogs of forms. Without this script the server asks on a page of its own.

import { html } from "../../vendor/lit-html/lit-html.js"
import { ask } from "../elements/dialog.js"

document.addEventListener("submit", async event => {
  const form = event.target
  const { confirm: title, confirmText: text, confirmVerb: verb } = form.dataset
  if (!title) return
  event.preventDefault()
  if ((await ask({ title, body: html`<p>${text}</p>`, verb, danger: true })) === null) return
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "1" }))
  form.submit()
})
