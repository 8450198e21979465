import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { TabStop } from "../helpers/focus.js"
import { fill } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { localStore } from "../helpers/safe-storage.js"
import { badgeCount } from "../models/unread.js"
import { openMenu } from "./menu.js"
import "./stream-figure.js"
import { icon, iconButton, roomSign, shortCount } from "./parts.js"
import { View } from "./view.js"

const NOT_LIVE = html`<p class="part-empty" role="status">${t("You're in too many rooms to update them all live. Rooms marked “not live” update when you open them.")}</p>`

/**
 * The sidebar's list: rooms and direct conversations with unread counts, streams with values. A folded section shows
 * only unread rooms.
 */
class RoomList extends View {
  #folded = new Set((localStore.getItem("hubbub.folded") ?? "").split(",").filter(Boolean))

  connect() {
    this.stop = new TabStop(this, ".room")
    this.watch(this.app.rooms, this.app.presence, this.app.streams)
    this.app.openRooms.on(detail => (detail?.shown || detail?.watching !== undefined) && this.update())
  }

  drawn() {
    this.stop.keep(this.querySelector(".room[aria-current]"))
  }

  template() {
    const { named, direct } = this.app.rooms.listed(this.app.openRooms.current.id)
    return html`
      ${this.#roomSection("rooms", t("Rooms"), named, t("You haven't joined any rooms yet."), this.#roomMenu())}
      ${this.#roomSection("direct", t("Direct messages"), direct, t("No conversations yet."), this.#newConversationLink())}
      ${this.#streams()}
      ${[...named, ...direct].some(({ isLive }) => !isLive) ? NOT_LIVE : nothing}
    `
  }

  #roomSection(key, name, rooms, empty, add) {
    const shown = this.#folded.has(key) ? rooms.filter(room => this.#isOpen(room) || this.#isWaiting(room)) : rooms
    const list = repeat(
      shown,
      ({ id }) => id,
      room => this.#item(room),
    )
    return this.#section({ key, name, add, list: rooms.length ? list : null, empty })
  }

  #roomMenu() {
    return this.#plusMenu(t("Add a room"), () => [
      { label: t("Browse rooms"), icon: "compass", href: this.app.urls.rooms },
      { label: t("New room"), icon: "plus", href: this.app.urls.room_new },
    ])
  }

  #streams() {
    const { streams, urls } = this.app
    const shown = this.#folded.has("streams") ? [] : streams.all
    const list = repeat(
      shown,
      ({ topic }) => topic,
      stream => this.#stream(stream),
    )
    const items = () => [
      { label: t("All streams"), icon: "compass", href: urls.streams },
      { label: t("New stream"), icon: "plus", href: urls.stream_new },
    ]
    const link = html`<a class="icon-button" href=${urls.streams} aria-label=${t("All streams")} title=${t("All streams")}>${icon("compass")}</a>`
    const add = urls.stream_new ? this.#plusMenu(t("Find or add a stream"), items) : link
    return this.#section({
      key: "streams",
      name: t("Streams"),
      add,
      list: streams.all.length ? list : null,
      empty: t("No streams yet."),
    })
  }

  #stream({ name, url, series }) {
    return html`<li><a class="room" href=${url}><span class="room-sign">${icon("radio")}</span
      ><span class="room-name" dir="auto">${name}</span>${series ? html`<stream-figure .series=${series}></stream-figure>` : nothing}</a></li>`
  }

  /** `key` remembers the folded state: the name depends on the language. `add` is a button or link; `list` may be null. */
  #section({ key, name, add, list, empty }) {
    return html`<section class="part" aria-labelledby="part-${key}">
      <div class="part-head">
        <h2 id="part-${key}">
          <button type="button" class="part-fold" aria-expanded=${!this.#folded.has(key)} @click=${() => this.#toggleFolded(key)}>
            ${name}${icon("chevron-down")}
          </button>
        </h2>
        ${add}
      </div>
      ${list ? html`<ul class="room-list">${list}</ul>` : html`<p class="part-empty">${empty}</p>`}
    </section>`
  }

  #plusMenu(label, items) {
    const open = ({ currentTarget }) => openMenu(currentTarget, items(), label)
    return iconButton({ name: "plus", label, popup: "menu", act: open })
  }

  #newConversationLink() {
    return html`<a class="icon-button" href=${this.app.urls.direct_new} aria-label=${t("New conversation")}
      title=${t("New conversation")}>${icon("plus")}</a>`
  }

  #item(room) {
    const isOpen = this.#isOpen(room)
    const styles = { unread: this.#isWaiting(room) && !room.muted, muted: room.muted, archived: room.archived }
    const style = ["room", ...Object.keys(styles).filter(name => styles[name])].join(" ")
    return html`<li><a class=${style} href=${fill(this.app.urls.room, { room: room.id })} data-room=${room.id}
      aria-current=${isOpen ? "page" : nothing}>${roomSign({ ...room, me: this.app.me }, person =>
        this.app.presence.state(room.id, person.id),
      )}<span class="room-name" dir="auto">${room.title}</span>${this.#hint(room)}${this.#notLive(room)}${room.muted ? icon("bell-off") : nothing}${this.#count(room)}</a></li>`
  }

  /** The meaning of the icons, for screen readers. */
  #hint({ kind, archived, muted }) {
    const words = [kind === "private" && t("private"), archived && t("archived"), muted && t("muted")]
      .filter(Boolean)
      .join(", ")
    return words ? html`<span class="visually-hidden">(${words})</span>` : nothing
  }

  /** The room is not subscribed because there are too many: it may be out of date. */
  #notLive({ isLive }) {
    if (isLive) return nothing
    return html`<span class="room-paused" title=${t("You're in too many rooms to update them all live. Open this room to update it.")}>${t("not live")}</span>`
  }

  #count(room) {
    const { unread, mentions } = room.unread.count
    if (!unread || this.app.openRooms.watches(room.id)) return nothing
    const badge = badgeCount(room)
    const number = badge || unread
    const values = { count: shortCount(mentions), unread: shortCount(unread) }
    const words = mentions
      ? plural("{count} mention, {unread} unread", "{count} mentions, {unread} unread", mentions, values)
      : t("{unread} unread", values)
    return html`<span class="count ${badge ? "you" : ""}" aria-hidden="true">${shortCount(number)}</span
      ><span class="visually-hidden">${words}</span>`
  }

  /** Whether the room has unread messages that count; in a muted room only mentions by name. */
  #isWaiting(room) {
    return (room.muted ? badgeCount(room) : room.unread.count.unread) > 0 && !this.app.openRooms.watches(room.id)
  }

  #isOpen({ id }) {
    return this.app.openRooms.current.id === id
  }

  #toggleFolded(key) {
    if (!this.#folded.delete(key)) this.#folded.add(key)
    localStore.setItem("hubbub.folded", [...this.#folded].join(","))
    this.update()
  }
}

customElements.define("room-list", RoomList)
