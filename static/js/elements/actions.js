import { html } from "../../vendor/lit-html/lit-html.js"
import { copyText } from "../helpers/browser.js"
import { csrfToken, fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { roomLabel } from "../helpers/names.js"
import { badgeCount } from "../models/unread.js"
import { ask } from "./dialog.js"

/** The actions that several elements need: open a room or conversation, leave, copy a link. */
export class Actions {
  constructor(app, panels) {
    Object.assign(this, { app, panels })
    app.leftRooms.on(id => this.#handleLeft(id))
    addEventListener("popstate", () => this.#follow())
  }

  /** Show a room without loading a page. `position`: the posted_seq of a message to show. */
  goTo(id, { position = null } = {}) {
    const url = fill(this.app.urls.room, { room: id })
    if (!this.app.rooms.get(id)) return location.assign(url)
    this.panels.close("rooms")
    if (id !== this.app.openRooms.current.id) history.pushState(null, "", url)
    if (id !== this.app.openRooms.current.id || position !== null) this.app.openRooms.open(id, { position })
    else this.app.openRooms.showEnd()
  }

  /** Open the next or previous room of the sidebar, with `onlyNew` the next unread one. */
  goToNext(step, { onlyNew = false } = {}) {
    const { named, direct } = this.app.rooms.listed(this.app.openRooms.current.id)
    const rooms = [...named, ...direct]
    const here = rooms.findIndex(({ id }) => id === this.app.openRooms.current.id)
    for (let away = 1; away < rooms.length; away += 1) {
      const room = rooms[(here + away * step + rooms.length * away) % rooms.length]
      if (!onlyNew || badgeCount(room) || (room.unread.count.unread && !room.muted)) return this.goTo(room.id)
    }
  }

  async openDirect(person) {
    try {
      const { room } = await this.app.api.openDirect([person.id])
      if (!this.app.rooms.get(room)) await this.app.dispatcher.refresh(room)
      this.goTo(room)
    } catch (error) {
      this.app.showNotice(error.message)
    }
  }

  async leave(room) {
    const body = html`<p>${room.kind === "private" ? t("You can only come back if someone invites you.") : t("You can rejoin at any time.")}</p>`
    const answer = await ask({
      title: t("Leave {room}?", { room: roomLabel(room) }),
      body,
      verb: t("Leave"),
      danger: true,
    })
    if (answer !== null) postForm(fill(this.app.urls.room_leave, { room: room.id }), { confirmed: 1 })
  }

  async copyLink(path) {
    const done = await copyText(new URL(path, location.href).href)
    this.app.showNotice(done ? t("Link copied.") : t("Your browser blocked copying."))
  }

  /** Mark all of the room as read, also messages that were not shown, and jump to the latest. */
  markRead() {
    this.app.readAll()
    this.app.openRooms.current.clearNew()
    this.app.openRooms.showEnd()
  }

  insert(text) {
    document.querySelector("room-composer").insert(text)
  }

  mention({ username }) {
    this.panels.closeAll()
    document.querySelector("room-composer").insertWord(`@${username}`)
  }

  /** Show a room whose link is clicked without a modifier key. Links to a fragment are left to the browser. */
  followLink(event) {
    const link = event.target.closest?.("a[href]")
    if (
      !link ||
      event.defaultPrevented ||
      event.button ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    if (link.getAttribute("href").startsWith("#")) return
    const target = roomOf(new URL(link.href), this.app.urls.room)
    if (!target || !this.app.rooms.get(target.id)) return
    event.preventDefault()
    this.goTo(target.id, target)
  }

  #follow() {
    const target = roomOf(new URL(location.href), this.app.urls.room)
    if (!target || !this.app.rooms.get(target.id)) return location.reload()
    if (target.id !== this.app.openRooms.current.id) this.app.openRooms.open(target.id, target)
    else if (target.position !== null) this.app.openRooms.showPosition(target.position)
  }

  /** The user is no longer in a room: open another one, and offer the unsent texts. */
  #handleLeft(id) {
    const texts = this.app.unsentIn(id)
    if (id === this.app.openRooms.current.id) this.#openAnotherRoom()
    if (texts.length) this.#offerUnsent(texts)
  }

  async #offerUnsent(texts) {
    const words = texts.join("\n\n")
    const body = html`<p>${t("You hadn't sent this yet:")}</p><blockquote class="quoted unsent" dir="auto">${words}</blockquote>`
    const answer = await ask({
      title: t("You're no longer in that room"),
      body,
      verb: t("Copy text"),
      refusal: t("Close"),
    })
    if (answer === null) return
    this.app.showNotice((await copyText(words)) ? t("Text copied.") : t("Your browser blocked copying."))
  }

  #openAnotherRoom() {
    const { named, direct } = this.app.rooms.sorted
    const next = named[0] ?? direct[0]
    if (!next) return location.assign(this.app.urls.rooms)
    this.app.showNotice(t("You're no longer in that room."))
    history.replaceState(null, "", fill(this.app.urls.room, { room: next.id }))
    this.app.openRooms.open(next.id)
  }
}

/** Find the room (and message) of a URL: {id, position}, or null. */
export function roomOf(url, template) {
  const pattern = new RegExp(`^${template.replace("{room}", "(\\d+)")}$`)
  const match = url.origin === location.origin && pattern.exec(url.pathname)
  if (!match) return null
  const position = url.searchParams.get("message") ?? /^#m-(\d+)$/.exec(url.hash)?.[1]
  return { id: Number(match[1]), position: position ? Number(position) : null }
}

function postForm(action, fields) {
  const form = Object.assign(document.createElement("form"), { method: "post", action })
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: csrfToken(), ...fields })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }))
  }
  document.body.append(form)
  form.submit()
}
