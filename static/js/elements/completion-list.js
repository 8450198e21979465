import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { complete, findToken, suggestEmoji, suggestPeople, suggestsEverybody } from "../helpers/completion.js"
import { plural, t } from "../helpers/i18n.js"
import { typeOver } from "../helpers/text-marks.js"
import { avatar, icon } from "./parts.js"

/** The server is asked after a pause in typing. */
const ASK_AFTER_MS = 150

/**
 * The suggestions above the composer while an @name or an :emoji: is typed. The focus stays in the text.
 *
 * `field` has the text `area`, and inserts the list with `before(list)`.
 */
export class CompletionList {
  #token = null
  #options = []
  #chosen = 0
  #dismissedAt = null

  constructor(field, app, id = "completions") {
    Object.assign(this, { field, app, id })
    this.list = Object.assign(document.createElement("ul"), {
      className: "completions",
      id,
      hidden: true,
    })
    this.list.setAttribute("role", "listbox")
    this.list.setAttribute("aria-label", t("Suggestions"))
    // The text must keep the focus.
    this.list.addEventListener("pointerdown", event => event.preventDefault())
    field.before(this.list)
  }

  /** The text or the caret changed. */
  async look() {
    const { area } = this.field
    if (!area) return this.#show(null, [])
    const token = area.selectionStart === area.selectionEnd ? findToken(area.value, area.selectionStart) : null
    if (!token || token.start === this.#dismissedAt) return this.#show(null, [])
    this.#dismissedAt = null
    const options = token.sign === "@" ? this.#people(token.query) : await this.#emoji(token.query)
    this.#show(token, options)
    if (token.sign === "@" && token.query && this.#room.members.arePartial) await this.#findOthers(token)
  }

  get #room() {
    return this.app.openRooms.current
  }

  /** In a large room the server finds the others. If the text has changed meanwhile, another request follows. */
  async #findOthers(token) {
    await new Promise(done => setTimeout(done, ASK_AFTER_MS))
    if (token !== this.#token) return
    const found = await this.app.api.findMembers(this.#room.id, token.query).catch(() => [])
    for (const person of found) this.app.people.learn(person)
    if (token === this.#token) this.#show(token, this.#people(token.query, found))
  }

  close() {
    this.#show(null, [])
  }

  /** Returns whether the list handled the key. */
  key(event) {
    if (!this.#options.length) return false
    const act = this.#acts[event.key]
    if (!act || event.shiftKey) return false
    event.preventDefault()
    event.stopPropagation()
    act()
    return true
  }

  #acts = {
    ArrowDown: () => this.#choose(this.#chosen + 1),
    ArrowUp: () => this.#choose(this.#chosen - 1),
    Enter: () => this.#take(this.#options[this.#chosen]),
    Tab: () => this.#take(this.#options[this.#chosen]),
    Escape: () => {
      this.#dismissedAt = this.#token.start
      this.close()
    },
  }

  #people(query, others = []) {
    const { members } = this.#room
    const loaded = [...members.all.map(({ user }) => user), ...others.filter(({ id }) => !members.get(id))]
    const known = loaded.map(person => this.app.people.now(person))
    const people = suggestPeople(query, known, this.app.me.id).map(person => ({
      value: `@${person.username}`,
      content: html`${avatar(person, { size: "s" })}<strong dir="auto">${person.name}</strong><span>@${person.username}</span>`,
    }))
    return [...people, ...this.#everybody(query, members.size)]
  }

  #everybody(query, count) {
    if (!this.app.openRooms.current.can.has("announce") || !suggestsEverybody(query)) return []
    const sign = html`<span class="room-sign">${icon("megaphone")}</span>`
    return [
      {
        value: "@room",
        content: html`${sign}<strong>${t("Everyone")}</strong><span>${plural("@room · notify {count} person", "@room · notify {count} people", count)}</span>`,
      },
    ]
  }

  async #emoji(query) {
    const all = await this.app.emoji.load()
    return suggestEmoji(query, all, this.app.emoji.mostUsed).map(([name, character]) => ({
      value: character,
      taken: () => this.app.emoji.use(character),
      content: html`<span class="completion-emoji" aria-hidden="true">${character}</span><strong>:${name}:</strong>`,
    }))
  }

  #show(token, options) {
    this.#token = token
    this.#options = options
    this.#choose(0)
  }

  #choose(index) {
    const count = this.#options.length
    this.#chosen = count ? (index + count) % count : 0
    this.list.hidden = !count
    const { area } = this.field
    if (count) area?.setAttribute("aria-activedescendant", `${this.id}-${this.#chosen}`)
    else area?.removeAttribute("aria-activedescendant")
    render(count ? this.#options.map((option, place) => this.#optionTemplate(option, place)) : nothing, this.list)
  }

  #optionTemplate(option, place) {
    return html`<li role="option" id="${this.id}-${place}" aria-selected=${place === this.#chosen}
      @click=${() => this.#take(option)}>${option.content}</li>`
  }

  #take({ value, taken }) {
    taken?.()
    const { area } = this.field
    const { start: from, end: to } = this.#token
    const { text, caret } = complete(area.value, this.#token, value)
    const typed = text.slice(from, text.length - area.value.length + to)
    typeOver(area, { from, to, text: typed, start: caret, end: caret })
    this.close()
  }
}
