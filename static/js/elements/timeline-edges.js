import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { rich, t } from "../helpers/i18n.js"
import { roomLabel } from "../helpers/names.js"

/** The edge of the loaded messages: loading more, or an error. */
export function edgeTemplate(room, side) {
  if (room.error?.kind !== side)
    return html`<p class="timeline-edge" role="status"><span class="spinner"></span>${t("Loading more messages…")}</p>`
  const retry = () => (side === "before" ? room.loadBefore() : room.loadAfter())
  return html`<p class="timeline-edge" role="status">${t("Couldn't load more messages.")} ${room.error.message}
    <button type="button" class="link" @click=${retry}>${t("Try again")}</button></p>`
}

export function startTemplate(room, isEmpty) {
  if (!room) return html``
  const label = html`<bdi>${roomLabel(room)}</bdi>`
  const begins =
    room.kind === "direct"
      ? rich("This is the beginning of your conversation with {name}.", { name: label })
      : rich("This is the beginning of {name}.", { name: label })
  return html`<div class="timeline-start">
    <p class="timeline-start-title">${begins}</p>
    <p dir="auto">${isEmpty ? t("No messages yet.") : (room.topic ?? "")}</p>
  </div>`
}

export function loadingTemplate() {
  const lines = [
    [28, 72],
    [22, 54],
    [32, 88],
    [24, 40],
  ]
  return html`<div class="timeline-loading"><p class="visually-hidden" role="status">${t("Loading room…")}</p>
    ${lines.map((_, index) => html`<div class="skeleton skeleton-${index}"><span></span><div><i></i><b></b></div></div>`)}
  </div>`
}

export function failedTemplate(room) {
  const isOffline = room.error?.code === "offline"
  return html`<div class="timeline-failed" role="alert">
    <p class="timeline-start-title">${isOffline ? t("Can't load this room while offline.") : t("Couldn't load this room.")}</p>
    ${isOffline ? nothing : html`<p>${room.error?.message}</p>`}
    <button type="button" class="button" @click=${() => room.refresh()}>${t("Try again")}</button>
  </div>`
}
