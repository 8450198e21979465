import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { kindOf } from "../helpers/file-words.js"
import { TabStop } from "../helpers/focus.js"
import { plural, t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { beforeNextFrame } from "../helpers/schedule.js"
import { uploadState } from "../helpers/upload-words.js"
import { describeFile } from "./file-description.js"
import { openMenu } from "./menu.js"
import { fileIcon, nameTemplate } from "./message-files.js"
import { icon, iconButton } from "./parts.js"
import "./drop-overlay.js"
import "./upload-progress.js"

/** The pointer must move so far before a file is dragged: a click may tremble. */
const DRAG_PX = 6
const TILE = ".tray-open"

/**
 * The tray in the composer, or in an edit (`page`): the files that will be sent with the message. It is loaded when a
 * file is added (file-adding.js). Each file has one tab stop; its menu has everything that the small buttons do.
 */
class FileTrayElement extends HTMLElement {
  #announcement = ""
  #count = 0

  begin(app) {
    const isNew = !this.app
    this.app = app
    const update = beforeNextFrame(() => this.isConnected && this.#draw())
    this.ends = [app.fileTray, app.filePreviews, app.openRooms].map(emitter => emitter.on(update))
    if (isNew) this.#listen()
    this.#draw()
  }

  #listen() {
    this.stop = new TabStop(this, TILE)
    this.addEventListener(
      "keydown",
      whenTyped(event => this.#key(event)),
    )
    this.addEventListener("pointerdown", event => this.#press(event))
  }

  connectedCallback() {
    if (this.page) this.begin(this.page)
  }

  disconnectedCallback() {
    for (const end of this.ends ?? []) end()
  }

  #draw() {
    const { files, refusals } = this.app.fileTray
    const label = plural("{count} file in this message", "{count} files in this message", files.length)
    if (files.length > this.#count) this.#announcement = label
    this.#count = files.length
    render(
      html`${refusals.length ? this.#refusalsTemplate(refusals) : nothing}
        ${
          files.length
            ? html`<ul class="tray-files" role="list" aria-label=${label}>${repeat(
                files,
                ({ key }) => key,
                file => this.#tileTemplate(file),
              )}</ul>`
            : nothing
        }
        ${files.filter(({ error }) => error).map(file => this.#errorTemplate(file))}
        <p class="visually-hidden" role="status">${this.#announcement}</p>`,
      this,
    )
    this.stop.keep()
  }

  #refusalsTemplate(refusals) {
    return html`<div class="tray-refusals" role="alert">
      <div>${refusals.map(sentence => html`<p dir="auto">${sentence}</p>`)}</div>
      ${iconButton({ name: "x", label: t("Dismiss"), act: () => this.#dismiss() })}
    </div>`
  }

  #tileTemplate(file) {
    const { key, name, description, state } = file
    const words = uploadState(file)
    // Its percentage is not part of the name: a screen reader would read it again and again.
    const label = [name, state === "uploading" ? t("Uploading") : words, description].filter(Boolean).join(", ")
    return html`<li class="tray-file ${state}" data-key=${key}>
      <button type="button" class="tray-open" aria-haspopup="menu" aria-label=${label} title=${name}
        aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight Delete" @click=${({ currentTarget }) => this.#openMenu(currentTarget, key)}>
        <span class="tray-picture">${this.#pictureTemplate(file)}</span>
        <span class="tray-name">${nameTemplate(name)}</span>
        <span class="tray-state">${words}</span>
      </button>
      ${isRunning(state) ? html`<progress max=${Math.max(1, file.size)} value=${state === "processing" ? nothing : file.sent} aria-label=${t("Upload of {name}", { name })}></progress>` : nothing}
      ${this.#transferButton(file)}
      ${kindOf(file.type) === "image" ? this.#smallButton({ name: "pencil", label: t("Describe"), pressed: Boolean(description), style: "tray-describe", act: () => this.#describe(key) }) : nothing}
      ${this.#smallButton({ name: "x", label: t("Remove"), style: "tray-remove", act: () => this.#remove(key) })}
    </li>`
  }

  #pictureTemplate({ key, type }) {
    const { filePreviews } = this.app
    const url = filePreviews.url(key)
    if (!url) return fileIcon({ kind: kindOf(type), type })
    return html`<img src=${url} alt="" decoding="async" draggable="false" @error=${() => filePreviews.fail(key)}>`
  }

  #transferButton({ key, state }) {
    const { uploads } = this.app
    const button = (name, label, act) => this.#smallButton({ name, label, style: "tray-transfer", act })
    if (state === "failed") return button("refresh-cw", t("Try again"), () => uploads.retry(key))
    if (state === "paused") return button("play", t("Resume"), () => uploads.resume(key))
    if (state === "uploading" || state === "waiting") return button("pause", t("Pause"), () => uploads.pause(key))
    return nothing
  }

  /** A button for pointers. With keys the menu does the same. */
  #smallButton({ name, label, style, pressed, act }) {
    return html`<button type="button" class="tray-button ${style}" tabindex="-1" aria-label=${label} title=${label}
      aria-pressed=${pressed ?? nothing} @click=${act}>${icon(name)}</button>`
  }

  /** Why a file is not uploaded, or why it waits. */
  #errorTemplate({ key, name, state, error }) {
    if (state !== "failed") return html`<p class="tray-wait" role="status"><bdi>${name}</bdi>: ${error.message}</p>`
    return html`<p class="failed" role="alert">
      <bdi>${name}</bdi>: ${error.message}
      <button type="button" class="link danger" @click=${() => this.app.uploads.retry(key)}>${t("Try again")}</button>
      <button type="button" class="link danger" @click=${() => this.#remove(key)}>${t("Remove")}</button>
    </p>`
  }

  #openMenu(anchor, key) {
    const { fileTray, uploads } = this.app
    const { files } = fileTray
    const index = files.findIndex(file => file.key === key)
    const { name, type, state } = files[index]
    const items = [
      kindOf(type) === "image" && { label: t("Describe"), icon: "pencil", act: () => this.#describe(key) },
      ["uploading", "waiting"].includes(state) && { label: t("Pause"), icon: "pause", act: () => uploads.pause(key) },
      state === "paused" && { label: t("Resume"), icon: "play", act: () => uploads.resume(key) },
      state === "failed" && { label: t("Try again"), icon: "refresh-cw", act: () => uploads.retry(key) },
      index > 0 && {
        label: t("Move forward"),
        icon: "chevron-left",
        keys: t("Shift+←"),
        act: () => this.#move(key, -1),
      },
      index < files.length - 1 && {
        label: t("Move back"),
        icon: "chevron-right",
        keys: t("Shift+→"),
        act: () => this.#move(key, 1),
      },
      "-",
      { label: t("Remove"), icon: "trash-2", keys: t("Del"), danger: true, act: () => this.#remove(key) },
    ]
    openMenu(anchor, items, name)
  }

  #key(event) {
    const tile = event.target.closest(TILE)
    const key = tile?.closest("[data-key]").dataset.key
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!key || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault()
      return this.#remove(key)
    }
    if (!side) return
    event.preventDefault()
    const step = getComputedStyle(this).direction === "rtl" ? -side : side
    if (event.shiftKey) return this.#move(key, step)
    const tiles = [...this.querySelectorAll(TILE)]
    tiles[tiles.indexOf(tile) + step]?.focus()
  }

  #move(key, by) {
    const { fileTray } = this.app
    fileTray.move(key, by)
    const { files } = fileTray
    const index = files.findIndex(file => file.key === key)
    const place = { name: files[index].name, number: index + 1, count: files.length }
    this.#announcement = t("{name} is file {number} of {count}.", place)
    this.#draw()
    this.#tile(key)?.focus() // it lost the focus if its element was moved
  }

  #remove(key) {
    const { fileTray } = this.app
    const { files } = fileTray
    const index = files.findIndex(file => file.key === key)
    const next = files[index + 1] ?? files[index - 1]
    const hadFocus = this.contains(document.activeElement)
    this.#announcement = t("{name} was removed.", { name: files[index]?.name })
    fileTray.remove(key)
    this.#draw()
    if (hadFocus) (this.#tile(next?.key) ?? this.#field)?.focus()
  }

  async #describe(key) {
    const { fileTray, filePreviews } = this.app
    const file = fileTray.files.find(one => one.key === key)
    const text = await describeFile(file, filePreviews.url(key))
    if (text !== null) fileTray.describe(key, text)
    this.#tile(key)?.focus()
  }

  #dismiss() {
    this.app.fileTray.dismissRefusals()
    this.#field?.focus()
  }

  /** The field for the text of the message. */
  get #field() {
    return this.closest("form").querySelector("textarea")
  }

  #tile(key) {
    return this.querySelector(`[data-key="${key}"] ${TILE}`)
  }

  /** Drag a file with the mouse: it changes places with the file under the pointer. On touch screens the menu moves files. */
  #press(event) {
    const tile = event.target.closest(".tray-file")
    if (!tile || event.button || event.pointerType === "touch" || event.target.closest(".tray-button")) return
    const { key } = tile.dataset
    const from = { x: event.clientX, y: event.clientY }
    let isDragged = false
    const move = ({ clientX, clientY }) => {
      isDragged ||= Math.hypot(clientX - from.x, clientY - from.y) > DRAG_PX
      if (isDragged) this.#dragTo(key, document.elementFromPoint(clientX, clientY)?.closest(".tray-file"))
    }
    const end = () => {
      removeEventListener("pointermove", move)
      this.querySelector(".tray-file.dragged")?.classList.remove("dragged")
      this.classList.remove("sorting")
      if (!isDragged) return
      // The click that may follow would open the menu.
      const stop = event => event.stopPropagation()
      addEventListener("click", stop, { capture: true })
      setTimeout(() => {
        removeEventListener("click", stop, { capture: true })
        this.#tile(key)?.focus()
      })
    }
    addEventListener("pointermove", move)
    addEventListener("pointerup", end, { once: true })
    addEventListener("pointercancel", end, { once: true })
  }

  #dragTo(key, over) {
    this.classList.add("sorting")
    this.#tile(key)?.parentElement.classList.add("dragged")
    if (!over || !this.contains(over) || over.dataset.key === key) return
    const keys = this.app.fileTray.files.map(file => file.key)
    this.app.fileTray.move(key, keys.indexOf(over.dataset.key) - keys.indexOf(key))
  }
}

function isRunning(state) {
  return ["waiting", "uploading", "paused", "processing"].includes(state)
}

customElements.define("file-tray", FileTrayElement)
