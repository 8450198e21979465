import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { bestMatches } from "../helpers/fuzzy-match.js"
import { goTo } from "../helpers/go-to.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { hasFilter, roomFilter } from "../helpers/query-words.js"
import { shortAgo } from "../helpers/relative-time.js"
import { badgeCount } from "../models/unread.js"
import { avatar, icon, roomSign, shortCount } from "./parts.js"

const SHOWN = 9
const PAUSE_MS = 150
const NOTHING = { rooms: [], people: [], messages: [] }

/**
 * The switcher (Ctrl+K), the search box of the chat: rooms and people by a few letters, and messages. The user's rooms appear
 * at once, the others when the server responds. Ctrl+F opens it for the messages of the open room.
 */
class RoomSwitcher extends HTMLElement {
  #query = ""
  #chosen = 0
  #hasMoved = false
  #found = NOTHING
  #asking = null
  #timer = null

  begin(app) {
    this.app = app
    this.dialog = Object.assign(document.createElement("dialog"), { className: "switcher" })
    this.dialog.setAttribute("aria-label", t("Search"))
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close())
    this.dialog.addEventListener("close", () => this.#forget())
    this.append(this.dialog)
  }

  open(query = "") {
    if (this.dialog.open) return
    this.#draw()
    const box = this.dialog.querySelector("input")
    box.value = query
    this.#type(query)
    this.dialog.showModal()
    box.focus()
    box.setSelectionRange(query.length, query.length)
  }

  /** Search the open room. Says whether that is not what is open already: pressed twice, Ctrl+F is the browser's. */
  openInRoom() {
    if (this.dialog.open) {
      this.dialog.close()
      return false
    }
    const { room, me } = this.app
    this.open(room ? `${roomFilter(room, me)} ` : "")
    return true
  }

  #options() {
    const { app } = this
    const query = this.#query
    if (hasFilter(query)) return this.#messages()
    const mine = query ? bestMatches(query, app.rooms.all, ({ title }) => title, SHOWN, rankOf) : this.#byNeed()
    const all = mine.map(room => ({ key: `r${room.id}`, room, go: () => app.actions.goTo(room.id) }))
    if (!query) return all
    const [own, groups] = [all.filter(({ room }) => !isGroup(room)), all.filter(({ room }) => isGroup(room))]
    const others = this.#found.rooms.map(room => ({
      key: `o${room.id}`,
      room: { ...room, title: room.name },
      isNew: true,
      go: () => this.#visit(room),
    }))
    const people = this.#strangers().map(person => ({
      key: `p${person.id}`,
      person,
      go: () => app.actions.openDirect(person),
    }))
    return [...[...own, ...people, ...groups, ...others].slice(0, SHOWN), ...this.#messages()]
  }

  #messages() {
    const messages = this.#found.messages.map(message => ({
      key: `m${message.id}`,
      message,
      go: () => goTo(message.url),
    }))
    const all = `${this.app.urls.search}?${new URLSearchParams({ q: this.#query })}`
    return [...messages, { key: "all", isAll: true, go: () => location.assign(all) }]
  }

  /** Found people without a conversation yet; the others are among the rooms. */
  #strangers() {
    const known = this.app.rooms.sorted.direct
      .filter(({ people }) => people.length === 1)
      .map(({ people }) => people[0].id)
    return this.#found.people.filter(({ id }) => !known.includes(id))
  }

  /** The likely targets: unread rooms, then the most recent ones. */
  #byNeed() {
    const need = room => badgeCount(room) * 1e6 + (room.muted ? 0 : room.unread.count.unread)
    return this.app.rooms.all
      .filter(room => room.id !== this.app.openRooms.current.id)
      .sort((one, other) => need(other) - need(one) || (other.lastPostedAt ?? "").localeCompare(one.lastPostedAt ?? ""))
      .slice(0, SHOWN)
  }

  #draw() {
    const options = this.#options()
    this.#chosen = Math.max(0, Math.min(this.#chosen, options.length - 1))
    render(this.#template(options), this.dialog)
    this.dialog.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" })
  }

  #template(options) {
    return html`
      <input type="text" role="combobox" aria-expanded="true" aria-controls="switcher-list" aria-autocomplete="list"
        aria-label=${t("Search, or jump to a room or person")} aria-activedescendant=${options.length ? `switch-${this.#chosen}` : nothing}
        placeholder=${t("Search, or jump to a room or person")} autocomplete="off" spellcheck="false"
        @input=${({ target }) => this.#type(target.value)} @keydown=${whenTyped(event => this.#key(event, options))}>
      <ul id="switcher-list" role="listbox" aria-label=${t("Rooms, people and messages")}>
        ${repeat(
          options,
          ({ key }) => key,
          (option, place) => this.#optionTemplate(option, place),
        )}
      </ul>
    `
  }

  #optionTemplate(option, place) {
    if (option.message) return this.#messageTemplate(option, place)
    if (option.isAll) return this.#allTemplate(option, place)
    const { unread } = option.room?.unread?.count ?? {}
    const badge = badgeCount(option.room)
    return html`<li role="option" id="switch-${place}" aria-selected=${place === this.#chosen} @click=${() => this.#go(option)}>
      ${option.person ? avatar(option.person, { size: "s" }) : roomSign({ people: [], ...option.room, me: this.app.me })}
      <span class="switcher-name" dir="auto">${option.person?.name ?? option.room.title}</span>
      ${option.person ? html`<span class="soft">@${option.person.username}</span>` : nothing}
      ${option.isNew ? html`<span class="badge">${t("not joined")}</span>` : nothing}
      ${option.room?.archived ? html`<span class="badge">${t("archived")}</span>` : nothing}
      ${unread ? html`<span class="count ${badge ? "you" : ""}">${shortCount(badge || unread)}</span>` : nothing}
    </li>`
  }

  #messageTemplate(option, place) {
    const { author, room_name: room, parts, created_at: at } = option.message
    return html`<li role="option" class="switcher-message" id="switch-${place}" aria-selected=${place === this.#chosen} @click=${() => this.#go(option)}>
      ${avatar(author, { size: "s" })}
      <span class="switcher-found"><span class="soft"><bdi>${author.name}</bdi> · ${room} · ${shortAgo(at)}</span>
        <span dir="auto">${parts.map(({ text, is_term: isTerm }) => (isTerm ? html`<mark>${text}</mark>` : text))}</span></span>
    </li>`
  }

  #allTemplate(option, place) {
    return html`<li role="option" class="switcher-all" id="switch-${place}" aria-selected=${place === this.#chosen} @click=${() => this.#go(option)}>
      ${icon("search")}<span class="switcher-name">${t("All messages with “{query}”", { query: this.#query })}</span>
    </li>`
  }

  #key(event, options) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && options.length) {
      event.preventDefault()
      this.#hasMoved = true
      this.#chosen = (this.#chosen + step + options.length) % options.length
      this.#draw()
    }
    if (event.key === "Enter" && options.length) this.#go(options[this.#chosen])
  }

  #type(query) {
    this.#query = query.trim()
    this.#chosen = 0
    this.#hasMoved = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#askServer(), PAUSE_MS)
    this.#draw()
  }

  async #askServer() {
    this.#asking?.abort()
    if (!this.#query) {
      this.#found = NOTHING
      return this.#draw()
    }
    const asking = new AbortController()
    this.#asking = asking
    const { api } = this.app
    // Own rooms need no response. Only the requests' errors are caught: those of rendering must surface.
    const [places, { messages }] = await Promise.all([
      hasFilter(this.#query) ? NOTHING : api.jump(this.#query, asking.signal).catch(() => NOTHING),
      api.search(this.#query, asking.signal).catch(() => NOTHING),
    ])
    if (asking.signal.aborted || !this.dialog.open) return
    // An option that was reached with the arrow keys stays selected when people appear above it.
    const chosen = this.#hasMoved && this.#options()[this.#chosen]?.key
    this.#found = { ...places, messages }
    this.#chosen = Math.max(
      0,
      this.#options().findIndex(({ key }) => key === chosen),
    )
    this.#draw()
  }

  #visit(room) {
    location.assign(fill(this.app.urls.room, { room: room.id }))
  }

  #go(option) {
    this.dialog.close()
    option.go()
  }

  #forget() {
    clearTimeout(this.#timer)
    this.#asking?.abort()
    this.#found = NOTHING
  }
}

/** Among equal matches people come before rooms, and archived rooms last. */
function rankOf(room) {
  if (room.archived) return 3
  return room.kind !== "direct" ? 1 : isGroup(room) ? 2 : 0
}

function isGroup({ kind, people }) {
  return kind === "direct" && people.length > 1
}

customElements.define("room-switcher", RoomSwitcher)
