import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { plural, t } from "../helpers/i18n.js"

/**
 * Ask a user who signs out with unsent messages. Resolves with "stay", "send" or "discard". The focus is on the safe
 * choice, and returns to where it was.
 */
export function askAboutUnsent({ messages, drafts }, { sendLabel }) {
  return new Promise(resolve => {
    const dialog = Object.assign(document.createElement("dialog"), { className: "dialog sign-out" })
    dialog.setAttribute("aria-labelledby", "sign-out-title")
    dialog.setAttribute("aria-describedby", "sign-out-text")
    const close = answer => () => dialog.close(answer)
    render(
      html`<h2 id="sign-out-title">${title(messages, drafts)}</h2>
        <p id="sign-out-text">${text(messages, drafts)}</p>
        <div class="actions">
          <button type="button" class="button" autofocus @click=${close("stay")}>${t("Stay signed in")}</button>
          <button type="button" class="button danger" @click=${close("discard")}>${t("Sign out and discard")}</button>
          ${messages ? html`<button type="button" class="button primary" @click=${close("send")}>${sendLabel}</button>` : nothing}
        </div>`,
      dialog,
    )
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close("stay"))
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue || "stay")
      dialog.remove()
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}

function title(messages, drafts) {
  if (messages) return plural("You have an unsent message", "You have {count} unsent messages", messages)
  return plural("You have a draft", "You have {count} drafts", drafts)
}

function text(messages, drafts) {
  if (messages + drafts === 1) return t("Signing out deletes it from this browser.")
  const also = messages && drafts ? plural("You also have a draft.", "You also have {count} drafts.", drafts) : ""
  return `${also} ${t("Signing out deletes them from this browser.")}`.trim()
}
