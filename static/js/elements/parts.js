import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { hue, initials } from "../helpers/names.js"

const MOST_SHOWN = 999
const sprite = document.querySelector("[data-icons]")?.dataset.icons ?? ""

export function icon(name) {
  return html`<svg class="icon" aria-hidden="true"><use href=${`${sprite}#${name}`}></use></svg>`
}

/** A number of limited width: "999+". */
export function shortCount(number) {
  return number > MOST_SHOWN ? `${MOST_SHOWN}+` : number
}

/**
 * An avatar, rendered as in templates/accounts/_avatar.html. It is hidden from screen readers: the name is beside it.
 */
export function avatar(person, { size = "", presence = nothing } = {}) {
  return html`<span class="avatar hue-${hue(person.id)} ${size}" data-presence=${presence} aria-hidden="true"
    >${person.avatar ? html`<img src=${person.avatar} alt="" decoding="async">` : initials(person.name)}</span
  >`
}

export function iconButton({ name, label, keys = "", act, ...rest }) {
  const title = keys ? `${label} (${keys})` : label
  return html`<button type="button" class="icon-button ${rest.style ?? ""}" aria-label=${label} title=${title}
    aria-haspopup=${rest.popup ?? nothing} aria-pressed=${rest.pressed ?? nothing} @click=${act}>${icon(name)}${rest.badge ?? nothing}</button>`
}

/** The sign before a room's name: a hash, a lock, or an avatar for a direct conversation. */
export function roomSign(room, presenceOf = () => nothing) {
  if (room.kind !== "direct")
    return html`<span class="room-sign">${icon(room.kind === "private" ? "lock" : "hash")}</span>`
  if (room.people.length > 1)
    return html`<span class="avatar s hue-${hue(room.id)}" aria-hidden="true">${room.people.length}</span>`
  const person = room.people[0] ?? room.me
  return avatar(person, { size: "s", presence: presenceOf(person) })
}
