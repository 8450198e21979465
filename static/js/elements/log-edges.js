import { html } from "../../vendor/lit-html/lit-html.js"
import { rich, t } from "../helpers/i18n.js"
import { roomLabel } from "../helpers/names.js"

/** The ends of what is loaded: more to come, something went wrong, or where it all began. */
export function edgeTemplate(room, side) {
  if (room.error?.what !== side)
    return html`<p class="log-edge" role="status"><span class="spinner"></span>${t("More messages…")}</p>`
  const retry = () => (side === "before" ? room.loadBefore() : room.loadAfter())
  return html`<p class="log-edge" role="status">${t("More messages did not load.")} ${room.error.message}
    <button type="button" class="link" @click=${retry}>${t("Try again")}</button></p>`
}

export function startTemplate(room, isEmpty) {
  if (!room) return html``
  const label = html`<bdi>${roomLabel(room)}</bdi>`
  const begins =
    room.kind === "direct"
      ? rich("This is the beginning of your conversation with {name}.", { name: label })
      : rich("This is the beginning of {name}.", { name: label })
  return html`<div class="log-start">
    <p class="log-start-title">${begins}</p>
    <p dir="auto">${isEmpty ? t("Nothing has been said here yet.") : (room.topic ?? "")}</p>
  </div>`
}

export function loadingTemplate() {
  const lines = [
    [28, 72],
    [22, 54],
    [32, 88],
    [24, 40],
  ]
  return html`<div class="log-loading"><p class="visually-hidden" role="status">${t("Loading the room…")}</p>
    ${lines.map((_, index) => html`<div class="ghost ghost-${index}"><span></span><div><i></i><b></b></div></div>`)}
  </div>`
}

export function failedTemplate(room) {
  return html`<div class="log-failed" role="alert">
    <p class="log-start-title">${t("This room did not load.")}</p>
    <p>${room.error?.message}</p>
    <button type="button" class="button" @click=${() => room.refresh()}>${t("Try again")}</button>
  </div>`
}
