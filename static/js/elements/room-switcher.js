import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { bestMatches, hasWords } from "../helpers/fuzzy-match.js"
import { goTo } from "../helpers/go-to.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { findWord, hasFilter, isFilterWord, roomFilter, wholeFilters } from "../helpers/query-words.js"
import { typeOver } from "../helpers/text-marks.js"
import { badgeCount } from "../models/unread.js"
import { chipsTemplate, optionClass, optionTemplate } from "./switcher-options.js"

const SHOWN = 9
const PAUSE_MS = 150
const NOTHING = { rooms: [], people: [], messages: [], completions: [], problems: [] }

/**
 * The switcher (Ctrl+K), the search box of the chat: rooms and people by a few letters, and messages. The user's rooms appear
 * at once, the others when the server responds. Ctrl+F opens it for the messages of the open room.
 */
class RoomSwitcher extends HTMLElement {
  #text = ""
  #query = ""
  #chosen = 0
  #hasMoved = false
  #isAnswered = false
  #word = null
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
    const completions = this.#completions()
    if (hasFilter(query)) return [...completions, ...this.#messages()]
    const mine = query ? findRooms(query, app.rooms.all) : this.#byNeed()
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
    // Behind the rooms: Enter opens a room "Front desk", though "from:" begins like it.
    return [...[...own, ...people, ...groups, ...others].slice(0, SHOWN), ...completions, ...this.#messages()]
  }

  #completions() {
    return this.#found.completions.map(completion => ({
      key: `c${completion.value}`,
      completion,
      go: () => this.#complete(completion),
    }))
  }

  #complete({ value, is_open: isOpen }) {
    const { start, end } = this.#word
    const text = isOpen ? value : `${value} `
    const caret = start + text.length
    typeOver(this.dialog.querySelector("input"), { from: start, to: end, text, start: caret, end: caret })
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
      ${chipsTemplate(wholeFilters(this.#text), rest => this.#replace(rest))}
      <ul id="switcher-list" role="listbox" aria-label=${t("Rooms, people and messages")}>
        ${repeat(
          options,
          ({ key }) => key,
          (option, place) => this.#optionTemplate(option, place),
        )}
      </ul>
      <p class="switcher-note soft" role="status">${this.#note(options)}</p>
    `
  }

  #replace(query) {
    const box = this.dialog.querySelector("input")
    box.value = query && `${query} `
    this.#type(box.value)
    box.focus()
  }

  /** What is wrong with the query, or that nothing was found. Not while a filter is typed that can be completed. */
  #note(options) {
    const { problems, completions } = this.#found
    if (completions.length || !this.#query) return ""
    if (problems.length) return problems.join(" ")
    const isEmpty = this.#isAnswered && options.every(({ isAll }) => isAll)
    return isEmpty ? t("No messages found. Try fewer or shorter words.") : ""
  }

  #optionTemplate(option, place) {
    return html`<li role="option" class=${optionClass(option)} id="switch-${place}" aria-selected=${place === this.#chosen}
      @click=${() => this.#go(option)}>${optionTemplate(option, this.app.me, this.#query)}</li>`
  }

  #key(event, options) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && options.length) {
      event.preventDefault()
      this.#hasMoved = true
      this.#chosen = (this.#chosen + step + options.length) % options.length
      this.#draw()
    }
    const option = options[this.#chosen]
    if (event.key === "Enter" && option) this.#go(option)
    if (event.key === "Tab" && option?.completion) {
      event.preventDefault()
      this.#go(option)
    }
  }

  #type(query) {
    this.#text = query
    this.#query = query.trim()
    this.#chosen = 0
    this.#hasMoved = false
    this.#isAnswered = false
    // What completed the word that was there before completes another one.
    this.#found = { ...this.#found, completions: [], problems: [] }
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
    const box = this.dialog.querySelector("input")
    const word = findWord(box.value, box.selectionStart)
    // Own rooms need no response. Only the requests' errors are caught: those of rendering must surface.
    const [{ rooms, people }, { messages, problems }, completions] = await Promise.all([
      hasFilter(this.#query) ? NOTHING : api.jump(this.#query, asking.signal).catch(() => NOTHING),
      api.search(this.#query, asking.signal).catch(({ message }) => ({ messages: [], problems: [message] })),
      isFilterWord(word.text) ? api.complete(word.text, asking.signal).catch(() => []) : [],
    ])
    if (asking.signal.aborted || !this.dialog.open) return
    this.#isAnswered = true
    this.#word = word
    // An option that was reached with the arrow keys stays selected when people appear above it.
    const chosen = this.#hasMoved && this.#options()[this.#chosen]?.key
    const isWhole = completions.some(({ value }) => value === word.text)
    this.#found = { rooms, people, messages, problems, completions: isWhole ? [] : completions }
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
    if (!option.completion) this.dialog.close()
    option.go()
  }

  #forget() {
    clearTimeout(this.#timer)
    this.#asking?.abort()
    this.#found = NOTHING
  }
}

/** Rooms by their names, then those by their topics, as the server finds the rooms that one is not in. */
function findRooms(query, rooms) {
  const named = bestMatches(query, rooms, namesOf, SHOWN, rankOf)
  const about = rooms.filter(room => !named.includes(room) && hasWords(query, `${room.title} ${room.topic ?? ""}`))
  return [...named, ...about.sort((one, other) => rankOf(one) - rankOf(other))].slice(0, SHOWN)
}

/** What a room is found by: a conversation also by the usernames in it. */
function namesOf({ title, kind, people }) {
  return kind === "direct" ? [title, ...people.map(({ username }) => username)] : [title]
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
