import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { fill } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { hasOnlyTouch, isSending, whenTyped } from "../helpers/keys.js"
import { isLongText } from "../helpers/long-text.js"
import { roomLabel } from "../helpers/names.js"
import { markByKey, typeOver } from "../helpers/text-marks.js"
import { secondsUntil } from "../helpers/time.js"
import { CompletionList } from "./completion-list.js"
import { showFileTray } from "./file-adding.js"
import { loadPart, openEmoji } from "./part-loader.js"
import { icon, iconButton } from "./parts.js"
import { View } from "./view.js"

/** The remaining characters are shown from this number on. */
const NEAR_LIMIT = 500

/** The composer. It keeps a draft per room, and shows why a message cannot be sent yet. */
class RoomComposer extends View {
  #roomId = null

  /** The server renders a form that works before the script runs: its text is taken over. */
  begin(app) {
    const written = this.area?.value.trim() ? this.area.value : ""
    const draft = app.drafts.read(app.openRooms.current.id)
    if (written && written !== draft)
      app.drafts.write(app.openRooms.current.id, [draft, written].filter(Boolean).join("\n"))
    super.begin(app)
  }

  connect() {
    const { app } = this
    this.watch(app.openRooms, app.rooms, app.outbox, app.fileTray)
    this.completion = new CompletionList(this, app)
    app.drafts.on(room => this.#takeDraft(room))
    setInterval(() => app.outbox.pausedUntil && this.update(), 250)
  }

  get area() {
    return this.querySelector("textarea")
  }

  template() {
    const { app } = this
    const { room } = app
    if (app.openRooms.current.state !== "ready") return this.#waiting()
    if (room?.archived) return this.#archived(room)
    const label = t("Message {room}", { room: room ? roomLabel(room).replace("# ", "#") : "" })
    return html`<form class="composer" @submit=${event => this.#submit(event)}>
      ${app.canAddFiles ? html`<file-tray></file-tray>${this.files?.recorders.of(app.openRooms.current.id) ?? nothing}` : nothing}
      <textarea id="composer" rows="1" dir="auto" enterkeyhint=${hasOnlyTouch.matches ? "enter" : "send"}
        aria-label=${label} placeholder=${label} aria-autocomplete="list" aria-controls="completions"
        aria-describedby="composer-note" @input=${() => this.#input()} @keydown=${whenTyped(event => this.#key(event))}
        @blur=${() => this.completion.close()} @click=${() => this.completion.look()}
        @paste=${event => this.#paste(event)}></textarea>
      ${this.files?.offer.template() ?? nothing}
      <div class="composer-bar">
        ${app.canAddFiles ? iconButton({ name: "paperclip", label: t("Add files"), popup: "menu", act: ({ currentTarget }) => this.#useFiles(files => files.openMenu(currentTarget)) }) : nothing}
        ${iconButton({ name: "smile", label: t("Emoji"), popup: "dialog", act: event => this.#pickEmoji(event) })}
        <span class="composer-note" id="composer-note">${this.#note()}</span>
        <button class="composer-send" aria-label=${t("Send")} title=${t("Send (Enter)")} ?disabled=${!this.#canSend()}>${icon("arrow-up")}</button>
      </div>
    </form>`
  }

  drawn() {
    this.#showTray()
    if (!this.area || this.#roomId === this.app.openRooms.current.id) return this.#grow()
    this.#roomId = this.app.openRooms.current.id
    this.area.value = this.app.drafts.read(this.#roomId)
    this.completion.close()
    this.#grow()
    this.update()
    if (!hasOnlyTouch.matches && !document.querySelector("dialog[open]")) this.area.focus()
  }

  #showTray() {
    const { fileTray } = this.app
    if (fileTray.files.length || fileTray.refusals.length) showFileTray(this.querySelector("file-tray"), this.app)
  }

  /** Insert text at the caret. */
  insert(text) {
    if (!this.area) return
    const { selectionStart: from, selectionEnd: to } = this.area
    typeOver(this.area, { from, to, text, start: from + text.length, end: from + text.length })
  }

  /** Insert a word at the caret, separated from the text before: an @name needs that. */
  insertWord(word) {
    if (!this.area) return
    const isJoined = /\S/.test(this.area.value[this.area.selectionStart - 1] ?? "")
    this.insert(`${isJoined ? " " : ""}${word} `)
  }

  /** Take over the draft of another window. */
  #takeDraft(room) {
    if (!this.area || room !== this.#roomId) return
    this.area.value = this.app.drafts.read(room)
    this.completion.close()
    this.update()
  }

  #waiting() {
    this.#roomId = null
    return html`<div class="composer composer-off" aria-hidden="true"></div>`
  }

  #archived(room) {
    this.#roomId = null
    return html`<p class="composer composer-off" id="composer" tabindex="-1">
      ${icon("archive")}<span>${t("This room is archived. You can read it, but nobody can post in it.")}</span>
      ${
        this.app.openRooms.current.can.has("restore")
          ? html`<a class="link" href=${fill(this.app.urls.room_settings, { room: room.id })}>${t("Restore in settings")}</a>`
          : nothing
      }
    </p>`
  }

  #note() {
    const left = this.#left()
    const { pausedUntil, pauseReason } = this.app.outbox
    if (pausedUntil)
      return html`<span class="composer-wait" role="status">${waitText(pauseReason)}
      <span aria-hidden="true">${t("Sending again in {seconds} s.", { seconds: secondsUntil(pausedUntil) })}</span></span>`
    if (left < 0)
      return html`<span class="composer-over" role="status">${plural("{count} character over the limit", "{count} characters over the limit", -left)}</span>`
    if (left < NEAR_LIMIT)
      return html`<span>${plural("{count} character left", "{count} characters left", left)}</span>`
    const hint = hasOnlyTouch.matches ? t("Enter for a new line") : t("Enter to send · Shift+Enter for a new line")
    return html`<span class="composer-hint">${hint}</span>`
  }

  /** Count characters like the server: an emoji is one. */
  #left() {
    const text = this.area?.value ?? ""
    const most = this.app.limits.message_characters
    return text.length < most - NEAR_LIMIT ? most - text.length : most - [...text.trimEnd()].length
  }

  #canSend() {
    const { fileTray } = this.app
    const isEmpty = !this.area?.value.trim() && !fileTray.files.length && !this.#hasRecording
    return !isEmpty && this.#left() >= 0 && fileTray.isSendable
  }

  #input() {
    this.app.drafts.write(this.#roomId, this.area.value)
    if (this.area.value) this.app.typing.write(this.#roomId)
    this.completion.look()
    this.update()
  }

  #key(event) {
    if (this.completion.key(event) || markByKey(event, this.area)) return
    if (isSending(event)) this.#submit(event)
    if (event.key === "ArrowUp" && !this.area.value && !event.shiftKey) this.#editLast(event)
  }

  #editLast(event) {
    const message = this.app.lastOwnMessage()
    if (!message) return
    event.preventDefault()
    this.app.editing.begin(message)
  }

  #submit(event) {
    event.preventDefault()
    if (!this.#canSend()) return
    if (this.#hasRecording) return this.#submitRecording(event)
    const text = this.area.value
    this.area.value = ""
    this.completion.close()
    this.app.post(text, this.app.fileTray.take())
    this.update()
    this.area.focus()
  }

  get #hasRecording() {
    return this.files?.recorders.isBusy(this.#roomId) ?? false
  }

  /** A voice message that is being recorded, or was, is sent with the other files. */
  async #submitRecording(event) {
    const room = this.#roomId
    if ((await this.files.recorders.finish(room)) && room === this.#roomId) this.#submit(event)
  }

  #paste({ clipboardData }) {
    const text = clipboardData?.getData("text/plain") ?? ""
    if (this.app.canAddFiles && isLongText(text)) this.#useFiles(files => files.offer.make(text))
  }

  async #useFiles(act) {
    const part = await loadPart("composerFiles", this.app)
    if (!part) return
    const models = { area: () => this.area, room: () => this.#roomId, changed: () => this.update() }
    this.files ??= new part.ComposerFiles(this.app, models)
    act(this.files)
  }

  #pickEmoji({ currentTarget }) {
    openEmoji(currentTarget, this.app, character => this.insert(character))
  }

  /** For browsers without field-sizing. */
  #grow() {
    if (!this.area || CSS.supports("field-sizing", "content")) return
    this.area.style.height = "auto"
    this.area.style.height = `${this.area.scrollHeight}px`
  }
}

/** The server's message tells when to try again. Here that happens by itself, with a countdown. */
function waitText(reason) {
  if (reason?.code === "rate_limited") return t("You're sending messages too quickly.")
  return reason?.message || t("Sending is paused.")
}

customElements.define("room-composer", RoomComposer)
