import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"

/**
 * Open a confirmation dialog. Resolves with null if cancelled, or the text of the field ("" without one). The focus
 * returns to where it was.
 */
export function ask({ title, body = nothing, field = null, verb, refusal = t("Cancel"), danger = false }) {
  return new Promise(resolve => {
    const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" })
    dialog.setAttribute("aria-labelledby", "question")
    const answer = event => {
      event.preventDefault()
      dialog.returnValue = "yes"
      dialog.close("yes")
    }
    render(
      html`<form method="dialog" @submit=${answer}>
        <h2 id="question">${title}</h2>
        ${body}
        ${field ? html`<div class="field"><label for="answer">${field}</label><input id="answer" maxlength="250" autocomplete="off"></div>` : nothing}
        <div class="actions">
          <button type="button" class="button" autofocus @click=${() => dialog.close()}>${refusal}</button>
          <button class="button ${danger ? "danger" : "primary"}">${verb}</button>
        </div>
      </form>`,
      dialog,
    )
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close())
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? (dialog.querySelector("#answer")?.value ?? "") : null)
      dialog.remove()
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
