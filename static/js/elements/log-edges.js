import { html } from "../../vendor/lit-html/lit-html.js"
import { roomLabel } from "../helpers/names.js"

/** The ends of what is loaded: more to come, something went wrong, or where it all began. */
export function edgeTemplate(room, side) {
  if (room.error?.what !== side)
    return html`<p class="log-edge" role="status"><span class="spinner"></span>More messages…</p>`
  const retry = () => (side === "before" ? room.loadBefore() : room.loadAfter())
  return html`<p class="log-edge" role="status">More messages did not load. ${room.error.message}
    <button type="button" class="link" @click=${retry}>Try again</button></p>`
}

export function startTemplate(room, isEmpty) {
  if (!room) return html``
  const label = html`<bdi>${roomLabel(room)}</bdi>`
  const name = room.kind === "direct" ? html`your conversation with ${label}` : label
  return html`<div class="log-start">
    <p class="log-start-title">This is the beginning of ${name}.</p>
    <p dir="auto">${isEmpty ? "Nothing has been said here yet." : (room.topic ?? "")}</p>
  </div>`
}

export function loadingTemplate() {
  const lines = [
    [28, 72],
    [22, 54],
    [32, 88],
    [24, 40],
  ]
  return html`<div class="log-loading"><p class="visually-hidden" role="status">Loading the room…</p>
    ${lines.map((_, index) => html`<div class="ghost ghost-${index}"><span></span><div><i></i><b></b></div></div>`)}
  </div>`
}

export function failedTemplate(room) {
  return html`<div class="log-failed" role="alert">
    <p class="log-start-title">This room did not load.</p>
    <p>${room.error?.message}</p>
    <button type="button" class="button" @click=${() => room.refresh()}>Try again</button>
  </div>`
}
