import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { dayName, fullTime } from "../helpers/time.js"
import { icon } from "./parts.js"

/** A wider image is shown below the text, others beside it. chat/pages/link_previews.py has the same numbers. */
const WIDE = 1.4
const WIDEST = 360
const HIGHEST = 220
const BESIDE = 72

/**
 * The previews of a message's links, and the messages of this site to which it links, if this user may see them.
 * templates/chat/_previews.html renders the same.
 */
export function previewsTemplate(message, app) {
  const linked = app.linkedMessages.of(message)
  if (message.deleted_at || !(message.previews?.length || linked.length)) return nothing
  const mayRemove = app.mayDelete(message)
  return html`<div class="link-previews" role="group" aria-label=${t("Link previews")}>
    ${(message.previews ?? []).map(preview => previewTemplate(preview, message, app, mayRemove))}${linked.map(linkedTemplate)}
  </div>`
}

function previewTemplate(preview, message, app, mayRemove) {
  const { url, host, site, title, description, image } = preview
  const src = image && fill(app.urls.preview_image, { room: message.room, message: message.id, image: image.id })
  const { isWide, width, height } = imageLayout(image)
  return html`<div class="link-preview ${isWide ? "is-wide" : ""}"
    ><a href=${url} target="_blank" rel="noopener noreferrer nofollow ugc" tabindex="-1"
      ><span class="link-preview-words"
        ><span class="link-preview-site">${site ? html`<bdi>${site}</bdi> · ` : nothing}<bdi>${host}</bdi></span
        ><strong class="link-preview-title" dir="auto">${title}</strong
        >${description ? html`<span class="link-preview-text" dir="auto">${description}</span>` : nothing}</span
      >${image ? html`<img loading="lazy" decoding="async" alt="" width=${width} height=${height} src=${src}>` : nothing}</a
    >${mayRemove ? removeTemplate(preview, message, app) : nothing}</div>`
}

function removeTemplate({ url, title }, message, app) {
  const remove = () => app.removePreview(message, url).catch(error => app.showNotice(error.message))
  const label = t("Remove preview of {title}", { title })
  return html`<button type="button" class="link-preview-remove" tabindex="-1" aria-label=${label} title=${t("Remove preview")}
    @click=${remove}>${icon("x")}</button>`
}

function linkedTemplate({ url, author, room_name, created_at, text }) {
  return html`<div class="link-preview"
    ><a href=${url} tabindex="-1"
      ><span class="link-preview-words"
        ><span class="link-preview-site"><bdi>${author.name}</bdi> · <bdi>${room_name}</bdi> · <time datetime=${created_at} title=${fullTime(created_at)}>${dayName(created_at)}</time></span
        ><span class="link-preview-text" dir="auto">${text}</span></span
      ></a
    ></div>`
}

/** The size in which an image is shown, so that its space is there before it loads. */
export function imageLayout(image) {
  if (!image) return { isWide: false, width: 0, height: 0 }
  const isWide = image.width / image.height >= WIDE && image.width >= 2 * BESIDE
  if (!isWide) return { isWide, width: BESIDE, height: BESIDE }
  const scale = Math.min(1, WIDEST / image.width, HIGHEST / image.height)
  return { isWide, width: Math.round(image.width * scale), height: Math.round(image.height * scale) }
}
