import { keyed } from "../../vendor/lit-html/directives/keyed.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { fileSize } from "../helpers/file-words.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { fullTime } from "../helpers/time.js"
import { autoplays } from "./animated-image.js"
import { ImageZoom } from "./image-zoom.js"
import { fileUrl } from "./message-files.js"
import { icon, iconButton } from "./parts.js"

/** Above this scale the large thumbnail is replaced by the original. */
const SHARP_SCALE = 1.2

/** Show an image of the current room over the page, and the others of its loaded messages beside it. */
export function showLightbox(app, id, opener) {
  return new Lightbox(app, id, opener)
}

class Lightbox {
  #dialog = Object.assign(document.createElement("dialog"), { className: "lightbox" })
  #isPlaying = autoplays()

  constructor(app, id, opener) {
    Object.assign(this, { app, id, opener })
    this.#dialog.setAttribute("aria-label", t("Pictures"))
    this.#dialog.autofocus = true // not its first button
    this.#dialog.tabIndex = -1
    document.body.append(this.#dialog)
    this.#draw()
    this.zoom = new ImageZoom(this.#dialog.querySelector(".lightbox-stage"), {
      swiped: step => this.#go(this.#isRightToLeft ? -step : step),
      dismissed: () => this.#dialog.close(),
      zoomed: scale => scale > SHARP_SCALE && this.#sharpen(),
    })
    this.#dialog.addEventListener(
      "keydown",
      whenTyped(event => this.#key(event)),
    )
    this.#dialog.addEventListener("close", () => this.#end())
    this.stopWatching = app.openRooms.on(() => this.#follow())
    this.#dialog.showModal()
    this.#draw() // the size of the picture is known now
    this.#keepBackButton()
    this.#preload()
  }

  get #images() {
    const { messages } = this.app.openRooms.current.history
    return messages.flatMap(message =>
      message.deleted_at
        ? []
        : (message.files ?? []).filter(({ kind }) => kind === "image").map(file => ({ file, message })),
    )
  }

  get #index() {
    return this.#images.findIndex(({ file }) => file.id === this.id)
  }

  get #isRightToLeft() {
    return getComputedStyle(this.#dialog).direction === "rtl"
  }

  #draw() {
    const images = this.#images
    const index = this.#index
    const { file, message } = images[index]
    const number = t("{number} of {count}", { number: index + 1, count: images.length })
    const label = file.alt || file.name
    render(
      html`<header class="lightbox-bar">
          <p class="lightbox-counter">${number}</p>
          <p class="lightbox-author"><bdi>${this.app.people.now(message.author).name}</bdi> <span>${fullTime(message.created_at)}</span></p>
          ${file.animated ? this.#animationButton() : nothing}
          ${iconButton({ name: "zoom-out", label: t("Zoom out"), keys: "−", act: () => this.zoom.zoomOut() })}
          ${iconButton({ name: "zoom-in", label: t("Zoom in"), keys: "+", act: () => this.zoom.zoomIn() })}
          <a class="icon-button" href=${fileUrl(file, this.app)} download=${file.name} aria-label=${t("Download")} title=${t("Download")}>${icon("download")}</a>
          ${iconButton({ name: "message-circle", label: t("Show in the conversation"), act: () => this.#showMessage(message) })}
          ${iconButton({ name: "x", label: t("Close"), keys: t("Esc"), act: () => this.#dialog.close() })}
        </header>
        <div class="lightbox-stage">${keyed(file.id, this.#imageTemplate(file, label))}</div>
        ${index > 0 ? iconButton({ name: "chevron-left", label: t("Previous picture"), style: "lightbox-step before", act: () => this.#go(-1) }) : nothing}
        ${index < images.length - 1 ? iconButton({ name: "chevron-right", label: t("Next picture"), style: "lightbox-step after", act: () => this.#go(1) }) : nothing}
        <footer class="lightbox-words">
          ${file.alt ? html`<p dir="auto">${file.alt}</p>` : nothing}
          <p class="lightbox-name"><bdi>${file.name}</bdi> · ${fileSize(file.size)}</p>
        </footer>
        <p class="visually-hidden" role="status">${t("Picture {number}: {label}", { number, label })}</p>`,
      this.#dialog,
    )
    this.#showSmall(file)
  }

  /** Until the image is loaded, its thumbnail from the message stands there in the same size. */
  #showSmall(file) {
    const image = this.#dialog.querySelector("img")
    if (image.complete) return
    const { clientWidth, clientHeight } = image
    const { width = clientWidth, height = clientHeight } = file
    const scale = Math.min(1, clientWidth / width, clientHeight / height)
    image.style.backgroundSize = `${width * scale}px auto`
    image.style.backgroundImage = `url("${fileUrl(file, this.app, "small")}")`
  }

  #imageTemplate(file, label) {
    const isMoving = file.animated && this.#isPlaying
    const done = ({ target }) => {
      target.style.backgroundImage = ""
    }
    return html`<img alt=${label} draggable="false" @load=${done}
      @error=${event => this.#fail(event)} src=${fileUrl(file, this.app, isMoving ? file.name : "large")}>`
  }

  #animationButton() {
    const act = () => {
      this.#isPlaying = !this.#isPlaying
      this.#draw()
    }
    const label = this.#isPlaying ? t("Stop animation") : t("Play animation")
    return iconButton({ name: this.#isPlaying ? "pause" : "play", label, act })
  }

  #go(step) {
    this.#goTo(this.#index + step)
  }

  #goTo(index) {
    const next = this.#images[index]
    if (!next) return
    const focused = document.activeElement
    this.id = next.file.id
    this.#draw()
    this.zoom.reset()
    this.#preload()
    // The button of the focus may be gone at the first or last picture.
    if (!focused?.isConnected) this.#dialog.focus()
  }

  /** A message with the picture may be deleted, edited or unloaded meanwhile. */
  #follow() {
    if (this.#index >= 0) this.#draw()
    else this.#dialog.close()
  }

  #preload() {
    for (const step of [1, -1]) {
      const next = this.#images[this.#index + step]
      if (next) new Image().src = fileUrl(next.file, this.app, "large")
    }
  }

  #sharpen() {
    const { file } = this.#images[this.#index] ?? {}
    const image = this.#dialog.querySelector("img")
    const url = file && fileUrl(file, this.app)
    if (url && image && image.getAttribute("src") !== url) image.src = url
  }

  #fail({ target }) {
    target.style.backgroundImage = ""
    this.app.showNotice(t("This picture can't be shown."))
  }

  async #showMessage(message) {
    this.opener = null
    this.afterClose = () => this.app.openRooms.showPosition(message.posted_seq)
    this.#dialog.close()
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const forward = this.#isRightToLeft ? -1 : 1
    const actions = {
      ArrowRight: () => this.#go(forward),
      ArrowLeft: () => this.#go(-forward),
      Home: () => this.#goTo(0),
      End: () => this.#goTo(this.#images.length - 1),
      "+": () => this.zoom.zoomIn(),
      "=": () => this.zoom.zoomIn(),
      "-": () => this.zoom.zoomOut(),
      0: () => this.zoom.reset(),
    }
    event.stopPropagation()
    if (!actions[event.key]) return
    event.preventDefault()
    actions[event.key]()
  }

  /** The browser's Back closes the lightbox instead of leaving the room. */
  #keepBackButton() {
    history.pushState({ lightbox: true }, "")
    this.goBack = event => {
      event.stopImmediatePropagation() // otherwise the page would follow its URL, to a message perhaps
      removeEventListener("popstate", this.goBack, true)
      this.goBack = null
      if (this.#dialog.open) this.#dialog.close()
      else this.afterClose?.()
    }
    addEventListener("popstate", this.goBack, true)
  }

  #end() {
    this.stopWatching()
    const shown = this.opener && document.querySelector(`room-timeline [data-file="${this.id}"] a`)
    this.#dialog.remove()
    ;(shown || this.opener)?.focus()
    if (this.goBack) history.back()
    else this.afterClose?.()
  }
}
