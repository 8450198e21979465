import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { hasOnlyTouch, isSending, whenTyped } from "../helpers/keys.js"
import { markByKey } from "../helpers/text-marks.js"
import { editTrayTemplate, pageOf } from "./edit-tray.js"
import { loadPart } from "./part-loader.js"
import { iconButton } from "./parts.js"

/** The editor of a message, in its place in the timeline, or the reason why there is none. */
export function editorTemplate(edit, message, app) {
  if (message.deleted_at) return deletedTemplate(edit, app)
  if (edit.state === "loading") return html`<p class="soft" role="status">${t("Loading…")}</p>`
  if (edit.state === "failed") return failedTemplate(edit, message, app)
  return formTemplate(edit, message, app)
}

/** Enter saves, Esc cancels. The field is read-only while saving: a disabled one would lose the focus for good. */
function formTemplate({ id, words, state, error }, message, app) {
  const { editing, editCompletion } = app
  const submit = event => {
    event.preventDefault()
    editing.finish(id)
  }
  const write = ({ target }) => {
    editing.write(id, target.value)
    editCompletion.look()
  }
  return html`<form class="editor" @submit=${submit} @keydown=${whenTyped(event => onKey(event, id, editing, editCompletion))}>
    ${editTrayTemplate(message, app)}
    <textarea name="text" rows="1" aria-label=${t("Edit message")} dir="auto" aria-autocomplete="list"
      aria-controls="edit-completions" .value=${words} ?readonly=${state === "saving"} @input=${write}
      @blur=${() => editCompletion.close()}></textarea>
    <p class="editor-bar">
      ${app.canAddFiles ? addButton(message, app) : nothing}
      <button class="link">${t("Save")}</button> ${hint("Enter")}
      <button type="button" class="link" @click=${() => editing.cancel(id)}>${t("Cancel")}</button> ${hint(t("Esc"))}
    </p>
    ${state === "saving" ? waitingTemplate(message, app) : nothing}
    ${error ? html`<p class="failed" role="alert">${error}</p>` : nothing}
  </form>`
}

function waitingTemplate(message, app) {
  if (app.editing.tray(message).files.every(file => file.state === "ready")) return nothing
  return html`<p class="soft small" role="status">${t("It's saved as soon as the files are uploaded.")}</p>`
}

function addButton(message, app) {
  const open = async ({ currentTarget }) => {
    const part = await loadPart("composerFiles", app)
    part?.openEditMenu(currentTarget, pageOf(message, app))
  }
  return iconButton({ name: "paperclip", label: t("Add files"), popup: "menu", act: open })
}

/** The message stays, with the reason below. */
function failedTemplate({ id, error }, message, { editing }) {
  return html`<p class="failed" role="alert">
    ${error}
    <button type="button" class="link" @click=${() => editing.begin(message)}>${t("Try again")}</button>
    <button type="button" class="link" @click=${() => editing.cancel(id)}>${t("Close")}</button>
  </p>`
}

/** The message was deleted; the typed text is still there. */
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

/** The keys of the field; Esc everywhere in the form. */
function onKey(event, id, editing, completion) {
  event.stopPropagation()
  const isField = event.target.matches("textarea")
  if (isField && (completion.key(event) || markByKey(event, event.target))) return
  if (event.key === "Escape") editing.cancel(id)
  if (isField && isSending(event)) {
    event.preventDefault()
    event.currentTarget.requestSubmit()
  }
}
