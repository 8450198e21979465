// The people picker, live: it searches while typing, and shows the selected people as chips. The server's checkboxes
// are submitted; without this script they work with a search button.

import { live } from "../../vendor/lit-html/directives/live.js"
import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { getJson } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { hue, initials } from "../helpers/names.js"

const PAUSE_MS = 150

class PeoplePicker extends HTMLElement {
  #picked = new Map()
  #people = []
  #pause = null
  #asking = null

  connectedCallback() {
    this.search = this.querySelector("input[type=search]")
    this.list = this.querySelector("fieldset")
    this.nobody = this.querySelector(".nobody")
    this.status = this.querySelector("[role=status]")
    this.querySelector("button[name=search]").hidden = true
    this.#takeOver([...this.list.querySelectorAll("label")])
    this.chips = Object.assign(document.createElement("ul"), { className: "chips", ariaLabel: t("Selected people") })
    this.search.parentElement.before(this.chips)
    this.search.addEventListener("input", () => this.#askSoon())
    this.addEventListener(
      "keydown",
      whenTyped(event => this.#onKey(event)),
    )
    this.#draw()
  }

  toggle(person) {
    if (!this.#picked.delete(person.id)) this.#picked.set(person.id, person)
    this.#draw()
  }

  drop(person) {
    this.#picked.delete(person.id)
    this.#draw()
    this.search.focus()
  }

  #takeOver(rows) {
    for (const row of rows) {
      const person = readPerson(row)
      this.#people.push(person)
      if (row.querySelector("input").checked) this.#picked.set(person.id, person)
      row.remove()
    }
  }

  #askSoon() {
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => this.#ask(), PAUSE_MS)
  }

  async #ask() {
    const url = new URL(this.dataset.source, location.href)
    url.searchParams.set("q", this.search.value)
    if (this.dataset.room) url.searchParams.set("room", this.dataset.room)
    this.#asking?.abort()
    this.#asking = new AbortController()
    try {
      this.#people = (await getJson(url, { signal: this.#asking.signal })).people
    } catch (error) {
      this.#showError(error)
      return
    }
    this.#draw()
    this.status.textContent = plural("{count} person found", "{count} people found", this.#people.length)
  }

  #showError(error) {
    if (error.name === "AbortError") return
    if (error.code === "signed_out") location.reload()
    this.nobody.hidden = false
    this.nobody.textContent = this.status.textContent = error.message
  }

  #onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#walk(event)
    if (event.target !== this.search) return
    if (event.key === "Enter") {
      event.preventDefault()
      this.#pickFirst()
    } else if (event.key === "Backspace" && this.search.value === "" && this.#picked.size) {
      this.drop([...this.#picked.values()].at(-1))
    }
  }

  #pickFirst() {
    const first = this.#people.find(({ id }) => !this.#picked.has(id))
    if (!first || !this.search.value.trim()) return
    this.#picked.set(first.id, first)
    this.search.value = ""
    this.#draw()
    this.#ask()
  }

  // Up and down move between the search field and the checkboxes.
  #walk(event) {
    const stops = [this.search, ...this.list.querySelectorAll("input[type=checkbox]")]
    const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)]
    if (!next || !stops.includes(event.target)) return
    event.preventDefault()
    next.focus()
  }

  #draw() {
    const shown = new Set(this.#people.map(({ id }) => id))
    const picked = [...this.#picked.values()]
    render(
      repeat(
        picked,
        ({ id }) => id,
        person => chip(this, person, shown),
      ),
      this.chips,
    )
    render(
      repeat(
        this.#people,
        ({ id }) => id,
        person => row(this, person, this.#picked.has(person.id)),
      ),
      this.list,
    )
    this.chips.hidden = !picked.length
    this.nobody.hidden = this.#people.length > 0
    if (this.search.value) this.nobody.textContent = t("No people found.")
  }
}

// A selected person outside the search results has no checkbox, and is submitted by a hidden field.
function chip(picker, person, shown) {
  return html`<li class="chip">
    ${avatar(person, "s")}<bdi>${person.name}</bdi>
    <button type="button" aria-label=${t("Remove {name}", { name: person.name })} @click=${() => picker.drop(person)}>×</button>
    ${shown.has(person.id) ? nothing : html`<input type="hidden" name="users" value=${person.id} />`}
  </li>`
}

function row(picker, person, picked) {
  return html`<label class="person-row">
    <input
      type="checkbox"
      name="users"
      value=${person.id}
      .checked=${live(picked)}
      @change=${() => picker.toggle(person)}
    />
    ${avatar(person)}
    <span class="who"><bdi>${person.name}</bdi> <span class="username">@${person.username}</span></span>
  </label>`
}

function avatar({ id, name, avatar }, size = "") {
  const inner = avatar ? html`<img src=${avatar} alt="" />` : initials(name)
  return html`<span class="avatar hue-${hue(id)} ${size}" aria-hidden="true">${inner}</span>`
}

function readPerson(label) {
  return {
    id: Number(label.querySelector("input").value),
    name: label.querySelector("bdi").textContent,
    username: label.querySelector(".username").textContent.slice(1),
    avatar: label.querySelector("img")?.getAttribute("src") ?? null,
  }
}

customElements.define("people-picker", PeoplePicker)
