import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { hasOnlyTouch, isSending, whenTyped } from "../helpers/keys.js"
import { markByKey } from "../helpers/text-marks.js"

/** A message of mine, open for rewriting in its place, or why it is not. */
export function editorTemplate(edit, message, app) {
  if (message.deleted_at) return deletedTemplate(edit, app)
  if (edit.state === "loading") return html`<p class="soft" role="status">${t("Loading…")}</p>`
  if (edit.state === "failed") return failedTemplate(edit, message, app)
  return formTemplate(edit, app)
}

/**
 * Enter saves, Esc gives up. Read-only while it is saved: disabled, it would lose the focus, and nobody could tell where
 * it should go back to.
 */
function formTemplate({ id, words, state, error }, { editing, editCompletion }) {
  const submit = event => {
    event.preventDefault()
    editing.finish(id)
  }
  const write = ({ target }) => {
    editing.write(id, target.value)
    editCompletion.look()
  }
  return html`<form class="editor" @submit=${submit} @keydown=${whenTyped(event => onKey(event, id, editing, editCompletion))}>
    <textarea name="text" rows="1" aria-label=${t("Edit message")} dir="auto" aria-autocomplete="list"
      aria-controls="edit-completions" .value=${words} ?readonly=${state === "saving"} @input=${write}
      @blur=${() => editCompletion.close()}></textarea>
    <p class="editor-bar">
      <button class="link">${t("Save")}</button> ${hint("Enter")}
      <button type="button" class="link" @click=${() => editing.cancel(id)}>${t("Cancel")}</button> ${hint(t("Esc"))}
    </p>
    ${error ? html`<p class="failed" role="alert">${error}</p>` : nothing}
  </form>`
}

/** The message stays as it is, with the reason below it. */
function failedTemplate({ id, error }, message, { editing }) {
  return html`<p class="failed" role="alert">
    ${error}
    <button type="button" class="link" @click=${() => editing.begin(message)}>${t("Try again")}</button>
    <button type="button" class="link" @click=${() => editing.cancel(id)}>${t("Close")}</button>
  </p>`
}

/** There is nothing to save it to any more; what was typed is still there. */
function deletedTemplate({ id, words }, { editing, actions }) {
  const move = () => {
    editing.cancel(id)
    actions.insert(words)
  }
  return html`<div class="editor">
    <p class="failed" role="alert">${t("This message was deleted while you edited it.")}</p>
    <textarea rows="1" aria-label=${t("Your edit")} dir="auto" readonly .value=${words}></textarea>
    <p class="editor-bar">
      <button type="button" class="link" @click=${move}>${t("Move to a new message")}</button>
      <button type="button" class="link" @click=${() => editing.cancel(id)}>${t("Discard")}</button>
    </p>
  </div>`
}

/** A touch keyboard has no Esc, and its Enter makes a new line. */
function hint(key) {
  return hasOnlyTouch.matches ? nothing : html`<kbd>${key}</kbd>`
}

function onKey(event, id, editing, completion) {
  event.stopPropagation()
  if (completion.key(event) || markByKey(event, event.target)) return
  if (event.key === "Escape") editing.cancel(id)
  if (isSending(event)) {
    event.preventDefault()
    event.currentTarget.requestSubmit()
  }
}
