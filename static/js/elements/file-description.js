import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { isSending, whenTyped } from "../helpers/keys.js"

/** As many as the server takes (chat/services/attachments.py). */
const MOST_CHARACTERS = 1_000

/** Ask for the description of a picture. Resolves with the text, or null if cancelled. */
export function describeFile({ name, description }, url) {
  return new Promise(resolve => {
    const dialog = Object.assign(document.createElement("dialog"), { className: "dialog describe-dialog" })
    dialog.setAttribute("aria-labelledby", "describe-title")
    const save = event => {
      event.preventDefault()
      dialog.close("save")
    }
    render(
      html`<form method="dialog" @submit=${save}>
        <h2 id="describe-title">${t("Describe this picture")}</h2>
        ${url ? html`<img src=${url} alt="">` : html`<p dir="auto">${name}</p>`}
        <div class="field">
          <label for="description">${t("Description")}</label>
          <textarea id="description" rows="3" dir="auto" maxlength=${MOST_CHARACTERS} aria-describedby="description-hint"
            .value=${description} autofocus @keydown=${whenTyped(event => isSending(event) && save(event))}></textarea>
          <p class="hint" id="description-hint">${t("For people who can't see the picture, and for search.")}</p>
        </div>
        <div class="actions">
          <button type="button" class="button" @click=${() => dialog.close()}>${t("Cancel")}</button>
          <button class="button primary">${t("Save")}</button>
        </div>
      </form>`,
      dialog,
    )
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close())
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "save" ? dialog.querySelector("textarea").value.trim() : null)
      render(nothing, dialog)
      dialog.remove()
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
