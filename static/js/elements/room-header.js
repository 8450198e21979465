import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { OPTION, shortcut } from "../helpers/shortcuts.js"
import { levelWords } from "./level-words.js"
import { openMenu } from "./menu.js"
import { narrow } from "./panels.js"
import { openLevels } from "./part-loader.js"
import { iconButton, roomSign, shortCount } from "./parts.js"
import { View } from "./view.js"

/** The header of a room: name, topic and menu. */
class RoomHeader extends View {
  connect() {
    this.watch(this.app.rooms, this.app.openRooms, this.app.presence, this.app.panels)
  }

  template() {
    const { room, panels } = this.app
    return html`
      ${this.#drawerOpener()}
      <h1 class="room-title">${room ? this.#name(room) : nothing}</h1>
      ${room?.archived ? html`<span class="badge">${t("archived")}</span>` : nothing}
      ${room?.muted || room?.level === "nothing" ? this.#silence(room) : nothing}
      <p class="room-topic" title=${room?.topic || nothing} dir="auto">${room?.topic}</p>
      ${iconButton({
        name: "users",
        label: t("People in this room"),
        keys: shortcut(OPTION, "M"),
        pressed: panels.isOpen("members"),
        act: () => panels.toggle("members"),
      })}
      ${iconButton({ name: "ellipsis", label: t("Room menu"), popup: "menu", act: ({ currentTarget }) => this.#open(currentTarget) })}
    `
  }

  /** The button of the rooms drawer, with the number of other unread rooms; red if any message is for the user. */
  #drawerOpener() {
    const { rooms, openRooms, panels } = this.app
    const { count, isForMe } = rooms.newBeside(openRooms.current.id)
    const label = count ? t("Rooms, {count} unread", { count: shortCount(count) }) : t("Rooms")
    const badge = count
      ? html`<span class="count ${isForMe ? "you" : ""}" aria-hidden="true">${shortCount(count)}</span>`
      : nothing
    return iconButton({ name: "menu", label, style: "drawer-opener", badge, act: () => panels.toggle("rooms") })
  }

  /** On a narrow screen the name opens the menu, which shows the topic. */
  #name(room) {
    if (!narrow.rooms.matches) return this.#title(room)
    return html`<button type="button" class="room-name-button" aria-haspopup="menu"
      @click=${({ currentTarget }) => this.#open(currentTarget)}>${this.#title(room)}</button>`
  }

  #title(room) {
    const presence = person => this.app.presence.state(room.id, person.id)
    return html`${roomSign({ ...room, me: this.app.me }, presence)}<bdi>${room.title}</bdi>`
  }

  /** The sign that the room is muted; it opens the menu to change that. */
  #silence(room) {
    const words = room.muted ? levelWords(room) : t("Notifications are off for this room")
    return iconButton({
      name: "bell-off",
      label: words,
      style: "silence",
      popup: "menu",
      act: ({ currentTarget }) => openLevels(currentTarget, this.app, room),
    })
  }

  #open(anchor) {
    const { room, openRooms } = this.app
    const can = action => openRooms.current.can.has(action)
    const isDirect = room.kind === "direct"
    const link = name => fill(this.app.urls[name], { room: room.id })
    const items = [
      narrow.rooms.matches && room.topic ? { note: room.topic } : null,
      { label: t("Mark as read"), icon: "check", keys: t("Esc"), act: () => this.app.actions.markRead() },
      { label: t("Copy link to this room"), icon: "link", act: () => this.app.actions.copyLink(link("room")) },
      {
        label: t("Notifications"),
        icon: room.muted ? "bell-off" : "bell",
        hint: levelWords(room),
        opens: true,
        act: () => openLevels(anchor, this.app, room),
      },
      isDirect && !this.app.urls.room_files ? null : "-",
      narrow.rooms.matches
        ? { label: t("People in this room"), icon: "users", act: () => this.app.panels.open("members") }
        : null,
      this.app.urls.room_files
        ? { label: t("Files in this room"), icon: "folder-open", href: link("room_files") }
        : null,
      can("invite") ? { label: t("Invite people"), icon: "user-plus", href: link("room_invite") } : null,
      isDirect ? null : { label: t("Room settings"), icon: "settings", href: link("room_settings") },
      isDirect ? null : "-",
      isDirect
        ? null
        : { label: t("Leave room"), icon: "log-out", danger: true, act: () => this.app.actions.leave(room) },
    ]
    openMenu(anchor, items, t("Room menu"))
  }
}

customElements.define("room-header", RoomHeader)
