import { html, render } from "../../vendor/lit-html/lit-html.js"
import { whenTyped } from "../helpers/keys.js"
import { bestMatches } from "../helpers/match.js"

const FOUND = 120
const COLUMNS = 8
const MOVES = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }

/** Pick an emoji: search above, a grid below that the arrow keys walk. `picked` hears the character. */
export async function openEmojiPicker(anchor, emoji, picked) {
  const picker = Object.assign(document.createElement("div"), { className: "emoji-picker menu", popover: "auto" })
  picker.setAttribute("role", "dialog")
  picker.setAttribute("aria-label", "Emoji")
  const pick = character => {
    emoji.use(character)
    picker.hidePopover()
    picked(character)
  }
  const draw = (query, all) =>
    render(pickerTemplate({ query, all, recent: emoji.recent, pick, draw: text => draw(text, all) }), picker)
  picker.addEventListener("toggle", ({ newState }) => newState === "closed" && close(picker, anchor))
  picker.addEventListener(
    "keydown",
    whenTyped(event => walk(event, picker)),
  )
  draw("", [])
  anchor.closest("main").append(picker)
  picker.showPopover()
  place(picker, anchor)
  picker.querySelector("input").focus()
  draw("", await emoji.load())
}

function pickerTemplate({ query, all, recent, pick, draw }) {
  const found = query ? bestMatches(query.replaceAll(":", ""), all, ([name]) => name, FOUND) : all
  const names = new Map(all.map(([name, character]) => [character, name]))
  const button = (
    name,
    character,
  ) => html`<button type="button" class="emoji" title=":${name}:" aria-label=${name.replaceAll("_", " ")}
    @click=${() => pick(character)}>${character}</button>`
  return html`
    <input type="search" aria-label="Search emoji" placeholder="Search" autocomplete="off" @input=${({ target }) => draw(target.value)}>
    <div class="emoji-scroller">
      ${query ? "" : html`<p class="emoji-head">Used last</p><div class="emoji-grid">${recent.map(one => button(names.get(one) ?? one, one))}</div><p class="emoji-head">All</p>`}
      <div class="emoji-grid">${found.map(([name, character]) => button(name, character))}</div>
      ${query && !found.length ? html`<p class="emoji-none">Nothing by that name.</p>` : ""}
    </div>`
}

function walk(event, picker) {
  const emoji = [...picker.querySelectorAll(".emoji")]
  const now = emoji.indexOf(document.activeElement)
  if (event.key === "Enter" && now < 0) {
    event.preventDefault()
    emoji[0]?.click()
  }
  const step = MOVES[event.key]
  if (!step || (now < 0 && event.key !== "ArrowDown")) return
  event.preventDefault()
  if (now >= 0 && now + step < 0) return picker.querySelector("input").focus()
  emoji[now < 0 ? 0 : Math.min(now + step, emoji.length - 1)]?.focus()
}

function place(picker, anchor) {
  const { left, top } = anchor.getBoundingClientRect()
  const x = Math.max(8, Math.min(left, innerWidth - picker.offsetWidth - 8))
  const y = Math.max(8, top - picker.offsetHeight - 8)
  picker.style.inset = `${y}px auto auto ${x}px`
}

function close(picker, anchor) {
  if (picker.contains(document.activeElement) || document.activeElement === document.body) anchor.focus()
  picker.remove()
}
