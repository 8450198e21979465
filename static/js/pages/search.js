// The search page, live: the word that is typed is completed, older results come as one scrolls, and the arrow keys go
// from result to result. The server draws every result; without this script the page works, too.

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { getJson, getText } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { findWord } from "../helpers/query-words.js"
import { typeOver } from "../helpers/text-marks.js"
import { readPage } from "../helpers/trusted-types.js"

const AHEAD = "600px"
const PAUSE_MS = 120
// A page looks at some thousand messages. After so many of them in which nothing was found the user decides.
const MOST_EMPTY_PAGES = 5

class SearchPage extends HTMLElement {
  #options = []
  #chosen = -1
  #word = null
  #asking = null
  #timer = null
  #emptyPages = 0

  connectedCallback() {
    this.box = this.querySelector("#search-query")
    this.#makeList()
    this.box.addEventListener("input", () => this.#type())
    this.box.addEventListener("blur", () => this.#show([]))
    this.addEventListener(
      "keydown",
      whenTyped(event => this.#key(event)),
    )
    this.#watchEnd()
    // The box has the focus before this script is there: complete what was typed meanwhile.
    if (this.box.value !== this.box.defaultValue) this.#lookSoon()
  }

  #makeList() {
    this.list = Object.assign(document.createElement("ul"), {
      className: "search-completions",
      id: "search-completions",
      hidden: true,
    })
    this.list.setAttribute("role", "listbox")
    this.list.setAttribute("aria-label", t("Completions"))
    // The box must keep the focus.
    this.list.addEventListener("pointerdown", event => event.preventDefault())
    this.box.form.append(this.list)
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": this.list.id,
      "aria-expanded": "false",
    }))
      this.box.setAttribute(name, value)
  }

  #type() {
    // What completes another word is not offered until the server responds.
    const { text } = findWord(this.box.value, this.box.selectionStart)
    if (!text.startsWith(this.#word?.text)) this.#show([])
    this.#lookSoon()
  }

  #lookSoon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), PAUSE_MS)
  }

  async #look() {
    this.#asking?.abort()
    this.#word = findWord(this.box.value, this.box.selectionStart)
    if (!this.#word?.text) return this.#show([])
    const asking = new AbortController()
    this.#asking = asking
    const url = new URL(this.dataset.completions, location.href)
    url.searchParams.set("word", this.#word.text)
    // Without completions one types the whole word.
    const found = await getJson(url, { signal: asking.signal }).catch(() => ({ completions: [] }))
    if (!asking.signal.aborted) this.#show(found.completions)
  }

  #show(options) {
    this.#options = options
    this.#chosen = -1
    this.#draw()
  }

  #draw() {
    this.list.hidden = !this.#options.length
    this.box.setAttribute("aria-expanded", String(!this.list.hidden))
    if (this.#chosen >= 0) this.box.setAttribute("aria-activedescendant", `completion-${this.#chosen}`)
    else this.box.removeAttribute("aria-activedescendant")
    render(
      this.#options.map(
        (option, place) => html`<li role="option" id="completion-${place}" aria-selected=${place === this.#chosen}
          @click=${() => this.#take(option)}><code dir="auto">${option.value}</code>${
            option.label ? html`<span class="soft" dir="auto">${option.label}</span>` : nothing
          }</li>`,
      ),
      this.list,
    )
  }

  #key(event) {
    if (event.target === this.box && this.#options.length && this.#keyInList(event)) return event.preventDefault()
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    const stops = [this.box, ...this.querySelectorAll(".result")]
    const next = stops[stops.indexOf(event.target) + step]
    if (!stops.includes(event.target) || !next) return
    event.preventDefault()
    next.focus()
  }

  #keyInList({ key }) {
    const count = this.#options.length
    if (key === "ArrowDown") this.#chosen = (this.#chosen + 1) % count
    else if (key === "ArrowUp") this.#chosen = (this.#chosen <= 0 ? count : this.#chosen) - 1
    else if (key === "Escape") this.#options = []
    else if ((key === "Enter" || key === "Tab") && this.#chosen >= 0) this.#take(this.#options[this.#chosen])
    else return false
    this.#draw()
    return true
  }

  #take({ value, is_open: isOpen }) {
    const { start, end } = findWord(this.box.value, this.box.selectionStart)
    const text = isOpen ? value : `${value} `
    typeOver(this.box, { from: start, to: end, text, start: start + text.length, end: start + text.length })
    this.#show([])
    if (isOpen) this.#lookSoon()
  }

  #watchEnd() {
    this.end = new IntersectionObserver(entries => entries.at(-1).isIntersecting && this.#loadMore(), {
      rootMargin: `${AHEAD} 0px`,
    })
    if (this.next) this.end.observe(this.next)
  }

  get next() {
    return this.querySelector(".pager [rel=next]")
  }

  async #loadMore() {
    const { next } = this
    if (!next || this.loading) return
    this.loading = true
    this.end.unobserve(next)
    // The link stays: a user without a connection can press it later.
    const page = await getText(next.href).then(readPage, () => null)
    this.loading = false
    if (page) this.#append(page)
  }

  #append(page) {
    const rows = [...page.querySelectorAll(".results > li")]
    const results = this.querySelector(".results")
    results.append(...rows.map(row => document.adoptNode(row)))
    const pager = document.adoptNode(page.querySelector(".pager"))
    pager.querySelector("[rel=first]")?.remove()
    this.querySelector(".pager").replaceWith(pager)
    const note = this.querySelector(".search-none")
    if (results.childElementCount) note?.remove()
    else if (!this.next) note?.replaceWith(document.adoptNode(page.querySelector(".empty")))
    this.#emptyPages = rows.length ? 0 : this.#emptyPages + 1
    if (this.next && this.#emptyPages < MOST_EMPTY_PAGES) this.end.observe(this.next)
    if (rows.length) this.#say(plural("{count} more message", "{count} more messages", rows.length))
  }

  #say(text) {
    this.status ??= this.appendChild(Object.assign(document.createElement("p"), { className: "visually-hidden" }))
    this.status.setAttribute("role", "status")
    this.status.textContent = text
  }
}

customElements.define("search-page", SearchPage)
