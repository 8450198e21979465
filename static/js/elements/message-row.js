import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { kindOf } from "../helpers/file-words.js"
import { t } from "../helpers/i18n.js"
import { lineSentence } from "../helpers/system-lines.js"
import { bareClockTime, clockTime, dayKey, dayName, fullTime } from "../helpers/time.js"
import { uploadProgress } from "./file-adding.js"
import { previewsTemplate } from "./link-previews.js"
import { editorTemplate } from "./message-editor.js"
import { filesTemplate } from "./message-files.js"
import { reactionsTemplate } from "./message-reactions.js"
import { avatar } from "./parts.js"
import "./message-body.js"

/** A row of the timeline, as made by makeRows. */
export function rowTemplate(row, app) {
  if (row.kind === "day") return dayTemplate(row.day)
  if (row.kind === "new")
    return html`<div class="rule new-line" role="separator" aria-label=${t("New messages")}><span>${t("New")}</span></div>`
  if (row.kind === "system") return systemTemplate(row.message, app)
  return row.kind === "pending" ? pendingTemplate(row, app) : messageTemplate(row, app)
}

function dayTemplate(at) {
  return html`<h2 class="rule"><time datetime=${dayKey(at)}>${dayName(at)}</time></h2>`
}

/** A line from before lines had facts is shown in English, as it was stored. */
function systemTemplate(message, app) {
  const { name } = app.people.now(message.author)
  const sentence = lineSentence(message.line, name, text => html`<strong>${text}</strong>`)
  const body = sentence
    ? html`<message-body>${sentence}</message-body>`
    : html`<message-body .html=${message.html}></message-body>`
  return html`<div class="system-line" id="m-${message.posted_seq}" data-id=${message.id} tabindex="-1">
    ${body} ${timeTemplate(message.created_at)}
  </div>`
}

function messageTemplate({ message, continues }, app) {
  const person = app.people.now(message.author)
  const position = message.posted_seq
  const isCalled = message.everybody && message.author.id !== app.me.id
  const isForMe = isCalled || message.mentions.includes(app.me.id)
  const style = `${continues ? "continues" : ""} ${isForMe ? "mentions-me" : ""}`
  return html`<article class="message ${style}" id="m-${position}" data-id=${message.id} tabindex="-1"
    aria-labelledby="author-${position} text-${position}">
    ${continues ? timeTemplate(message.created_at, "message-gutter") : avatar(person)}
    <div class="message-main">
      <p class="message-head ${continues ? "visually-hidden" : ""}" id="author-${position}">
        <strong>${nameTemplate(person, continues)}</strong> ${timeTemplate(message.created_at)}${
          isForMe ? html`<span class="visually-hidden">${t("mentions you")}</span>` : nothing
        }
      </p>
      <div id="text-${position}">${contentTemplate(message, app)}</div>
      ${previewsTemplate(message, app)}
      ${reactionsTemplate(message, app)}
    </div>
  </article>`
}

/** The name opens the profile card (timeline-people.js), but not where it is hidden. */
function nameTemplate({ name }, isHidden) {
  if (isHidden) return html`<bdi>${name}</bdi>`
  return html`<button type="button" class="person-name" aria-haspopup="dialog" tabindex="-1"><bdi>${name}</bdi></button>`
}

/** A message, its editor, or both if the text could not be loaded. */
function contentTemplate(message, app) {
  const edit = app.editing.get(message.id)
  if (!edit || (message.deleted_at && edit.words === edit.text)) return saidTemplate(message, app)
  const editor = editorTemplate(edit, message, app)
  return edit.state === "failed" ? html`${saidTemplate(message, app)}${editor}` : editor
}

function saidTemplate(message, app) {
  if (message.deleted_at) return html`<p class="gone">${t("This message was deleted.")}</p>`
  return html`${textTemplate(message, app)}${filesTemplate(message.files, app)}${
    message.edited_at ? html`<p class="edited" title=${fullTime(message.edited_at)}>${t("edited")}</p>` : nothing
  }`
}

function textTemplate(message, app) {
  if (!message.html) return nothing
  return html`<message-body class="prose" .me=${app.me.id} .html=${message.html}></message-body>`
}

function pendingTemplate({ entry, continues }, app) {
  const { key, text, state, error } = entry
  return html`<article class="message pending ${continues ? "continues" : ""} ${state}" data-key=${key} tabindex="-1">
    ${continues ? html`<span></span>` : avatar(app.me)}
    <div class="message-main">
      <p class="message-head ${continues ? "visually-hidden" : ""}"><strong><bdi>${app.me.name}</bdi></strong></p>
      ${text ? html`<p class="pending-text" dir="auto">${text}</p>` : nothing}
      ${pendingFilesTemplate(entry, app)}
      ${state === "failed" ? failedTemplate(key, error, app) : waitingTemplate(key, error, app)}
    </div>
  </article>`
}

/** The files of a message that is not sent, from their bytes in this browser, and how far their uploads are. */
function pendingFilesTemplate({ files = [], state }, app) {
  const uploads = files.map(({ key }) => app.uploads.get(key)).filter(Boolean)
  if (!uploads.length) return nothing
  const isUploading = state !== "failed" && uploads.some(upload => upload.state !== "ready")
  const known = files.filter(({ key }) => app.uploads.get(key)).map(file => unsentFile(file, app))
  return html`${filesTemplate(known, app)}${isUploading ? uploadProgress(files, app) : nothing}`
}

function unsentFile({ key, description }, app) {
  const { name, type, size, facts } = app.uploads.get(key)
  return { ...facts, id: key, name, type, size, kind: kindOf(type), alt: description, url: app.filePreviews.url(key) }
}

function waitingTemplate(key, error, app) {
  if (!app.outbox.isEditable(key)) return html`<span class="visually-hidden">${t("Not sent yet")}</span>`
  return html`<p class="soft" role=${error ? "status" : nothing}>${t("Not sent yet.")} ${error?.message} ${changeTemplate(key, app)}</p>`
}

function failedTemplate(key, error, app) {
  return html`<p class="failed" role="alert">
    ${t("Not sent.")} ${error.message}
    <button type="button" class="link danger" @click=${() => app.outbox.retry(key)}>${t("Try again")}</button>
    ${changeTemplate(key, app, "danger")}
  </p>`
}

function changeTemplate(key, app, style = "") {
  const editUnsent = () => {
    app.editUnsent(key)
    document.getElementById("composer")?.focus()
  }
  return html`<button type="button" class="link ${style}" @click=${editUnsent}>${t("Edit")}</button>
    <button type="button" class="link ${style}" @click=${() => app.outbox.discard(key)}>${t("Discard")}</button>`
}

function timeTemplate(at, style = "") {
  const words = style ? bareClockTime(at) : clockTime(at)
  return html`<time class=${style} datetime=${at} title=${fullTime(at)}>${words}</time>`
}
