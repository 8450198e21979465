import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { imageWidths, rowLengths, shownSize } from "../helpers/file-layout.js"
import { durationText, fileSize, splitName } from "../helpers/file-words.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { loadOnDemand } from "../helpers/on-demand.js"
import { placeholderUrl } from "../helpers/thumbhash.js"
import { setMessageHtml } from "../helpers/trusted-types.js"
import { animationTemplate, autoplays } from "./animated-image.js"
import { openFileActions } from "./file-actions.js"
import { openLightbox } from "./lightbox-opener.js"
import { icon } from "./parts.js"

const ICONS = { image: "image", audio: "file-music", video: "file-play", text: "file-text" }
const ARCHIVES = /^application\/(?:zip|gzip|x-tar|x-7z-compressed|x-bzip2|x-xz|zstd|x-rar|vnd\.rar)$/

/**
 * The files of a message: images in a grid, players, cards. templates/chat/_files.html renders the same. A file of a
 * message that is not sent yet is {id, name, kind, type, size, alt} and has as `url` its content in this browser, as an
 * object URL, or null.
 */
export function filesTemplate(files, app) {
  if (!files?.length) return nothing
  const images = files.filter(({ kind, url }) => kind === "image" && url !== null)
  const lengths = rowLengths(images.length)
  return html`<message-files .files=${files}>
    ${images.length ? html`<div class="file-images">${images.map((file, index) => imageTemplate(file, lengths[index], app))}</div>` : nothing}
    ${files.filter(file => !images.includes(file)).map(file => html`<div class="file" data-file=${file.id}>${fileTemplate(file, app)}</div>`)}
  </message-files>`
}

/** The URL of a file (`part` is its name) or of its thumbnail ("small", "large"). */
export function fileUrl(file, app, part = file.name) {
  return file.url ?? fill(app.urls.file, { file: file.id, part })
}

export function fileIcon({ kind, type }) {
  return icon(ARCHIVES.test(type) ? "file-archive" : (ICONS[kind] ?? "file"))
}

function imageTemplate(file, rowLength, app) {
  const { width, height } = shownSize(file)
  const widths = imageWidths(file, rowLength)
  const [url, small, large] = [undefined, "small", "large"].map(part => fileUrl(file, app, part))
  const isPlaying = file.animated && !file.url && autoplays()
  const hasSizes = !file.url && !isPlaying && widths.small < widths.large
  return html`<span class="file-image in-${rowLength}" data-file=${file.id}
    ><a href=${file.url ? nothing : url} title=${file.name} tabindex="-1"
      @click=${event => openLightbox(event, app, file)}
      ><img loading="lazy" decoding="async" alt=${file.alt || file.name} width=${width} height=${height}
        @load=${showLoaded} @error=${showBroken}
        sizes="${widths.shown}px" srcset=${hasSizes ? `${small} ${widths.small}w, ${large} ${widths.large}w` : ""}
        src=${isPlaying ? url : small}></a
    >${file.animated && !file.url ? animationTemplate({ url, small }, isPlaying) : nothing}${moreTemplate(file, app)}</span
  >`
}

function reserveSpace(image, thumbhash) {
  // Once loaded, its own proportion, which is not rounded, would replace that of the attributes.
  image.style.aspectRatio = `${image.getAttribute("width")} / ${image.getAttribute("height")}`
  const url = image.complete ? "" : placeholderUrl(thumbhash)
  if (url) image.style.backgroundImage = `url(${url})`
}

function showLoaded({ target }) {
  target.style.backgroundImage = ""
  target.closest(".file-image").classList.remove("broken")
}

/** A click on a broken image opens its address, which says what is wrong. */
function showBroken({ target: image }) {
  const note = document.createElement("span")
  render(html`${icon("image-off")}<span>${t("This picture can't be shown.")}</span>`, note)
  note.className = "file-broken"
  image.style.backgroundImage = ""
  image.closest(".file-image").classList.add("broken")
  if (!image.nextElementSibling) image.after(note)
}

function fileTemplate(file, app) {
  const url = file.url === null ? null : fileUrl(file, app)
  if (file.voice && url) return voiceTemplate(file, url, app)
  return html`${cardTemplate(file, url)}${moreTemplate(file, app)}${contentTemplate(file, url)}`
}

/** The button of its menu, once it is sent. On a touch screen a long press opens the browser's own menu of a link. */
function moreTemplate(file, app) {
  if (file.url !== undefined) return nothing
  const url = fileUrl(file, app)
  const act = ({ currentTarget }) =>
    openFileActions(currentTarget, { ...file, url }, path => app.actions.copyLink(path))
  const label = t("Actions for {name}", { name: file.name })
  return html`<button type="button" class="file-more" tabindex="-1" aria-haspopup="menu" aria-label=${label}
    title=${label} @click=${act}>${icon("ellipsis")}</button>`
}

function voiceTemplate(file, url, app) {
  loadOnDemand("voicePlayer").catch(() => {})
  return html`<voice-player .file=${file} .src=${url}></voice-player>${moreTemplate(file, app)}`
}

/** A name that is cut in its middle if it is too long. */
export function nameTemplate(name) {
  const [start, end] = splitName(name)
  return html`<bdi class="file-name"><span>${start}</span>${end ? html`<span>${end}</span>` : nothing}</bdi>`
}

function cardTemplate({ name, size, kind, type, duration }, url) {
  const facts = duration ? `${fileSize(size)} · ${durationText(duration)}` : fileSize(size)
  return html`<a class="file-card" href=${url ?? nothing} download=${name} title=${name} tabindex="-1"
    >${fileIcon({ kind, type })}<span class="file-words">${nameTemplate(name)}<span class="soft small">${facts}</span></span
    >${url ? html`<span class="visually-hidden">${t("Download")}</span>${icon("download")}` : nothing}</a
  >`
}

function contentTemplate(file, url) {
  const { kind, name } = file
  if (!url) return nothing
  if (kind === "audio") return html`<audio controls preload="none" aria-label=${name} tabindex="-1" src=${url}></audio>`
  if (kind === "video") return videoTemplate(file, url)
  if (!file.lines_html) return nothing
  return html`<div class="file-lines prose" role="group" aria-label=${t("First lines")} tabindex="-1"></div>`
}

function videoTemplate(file, url) {
  const { width, height } = shownSize(file)
  return html`<video controls playsinline preload="metadata" aria-label=${file.name} width=${width} height=${height}
    tabindex="-1" src=${url}></video>`
}

/** The files of a message. It adds what templates cannot: placeholders of images, and HTML from the server. */
class MessageFiles extends HTMLElement {
  set files(files) {
    queueMicrotask(() => this.#complete(files)) // after the render of the children, before they are painted
  }

  #complete(files) {
    for (const { id, kind, thumbhash, lines_html: lines } of files) {
      const element = this.querySelector(`[data-file="${id}"]`)
      const image = kind === "image" && element?.querySelector("img")
      if (image) reserveSpace(image, thumbhash)
      if (lines) setMessageHtml(element.querySelector(".file-lines"), lines)
    }
  }
}

customElements.define("message-files", MessageFiles)

/** One medium plays at a time. */
document.addEventListener(
  "play",
  ({ target }) => {
    for (const other of document.querySelectorAll("audio, video")) if (other !== target) other.pause()
  },
  true,
)
