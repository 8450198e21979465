import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"

/**
 * Ask somebody who signs out with something unsent; resolves with "stay", "send" or "discard". The focus begins where
 * nothing is lost, and goes back to where it was.
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
          <button type="button" class="button" autofocus @click=${close("stay")}>Stay signed in</button>
          <button type="button" class="button danger" @click=${close("discard")}>Sign out and discard</button>
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
  if (messages) return messages === 1 ? "One message is not sent yet" : `${messages} messages are not sent yet`
  return drafts === 1 ? "You have a draft" : `You have ${drafts} drafts`
}

function text(messages, drafts) {
  const which = messages + drafts === 1 ? "it" : "them"
  const also = messages && drafts ? `You also have ${drafts === 1 ? "a draft" : `${drafts} drafts`}. ` : ""
  return `${also}Signing out deletes ${which} from this browser.`
}
