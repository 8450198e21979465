import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { suggestEmoji } from "../helpers/completion.js"
import { fold } from "../helpers/folding.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"

const FOUND = 120
const COLUMNS = 8
const SIDES = { ArrowRight: 1, ArrowLeft: -1 }
const ROWS = { ArrowDown: 1, ArrowUp: -1 }
/** In the order of the group numbers of scripts/emoji_words.py. */
const GROUPS = [
  [t("Smileys"), "😀"],
  [t("People"), "👋"],
  [t("Animals and nature"), "🐻"],
  [t("Food"), "🍎"],
  [t("Activities"), "⚽"],
  [t("Travel and places"), "🚲"],
  [t("Objects"), "💡"],
  [t("Symbols"), "✅"],
  [t("Flags"), "🏳️"],
]

/** Skin tones: none, and from light to dark. */
const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"]
const TONE_NAMES = [
  t("No skin tone"),
  t("Light skin tone"),
  t("Medium-light skin tone"),
  t("Medium skin tone"),
  t("Medium-dark skin tone"),
  t("Dark skin tone"),
]

/** Open the emoji picker: a search field and a grid with arrow keys. `picked` is called with the character. */
export async function openEmojiPicker(anchor, emoji, picked) {
  const picker = Object.assign(document.createElement("div"), { className: "emoji-picker menu", popover: "auto" })
  picker.setAttribute("role", "dialog")
  picker.setAttribute("aria-label", t("Emoji"))
  const pick = character => {
    emoji.use(character)
    picker.hidePopover()
    picked(character)
  }
  const draw = (query, all) => {
    const choose = tone => {
      emoji.tone = tone
      draw(query, all)
    }
    const { mostUsed, tone } = emoji
    render(pickerTemplate({ query, all, mostUsed, tone, pick, choose, draw: text => draw(text, all) }), picker)
  }
  picker.addEventListener("toggle", ({ newState }) => newState === "closed" && close(picker, anchor))
  picker.addEventListener(
    "keydown",
    whenTyped(event => walk(event, picker)),
  )
  draw("", [])
  anchor.closest("main").append(picker)
  picker.showPopover()
  place(picker, anchor)
  const field = picker.querySelector("input")
  field.focus()
  const all = await emoji.load()
  draw(field.value, all)
}

function pickerTemplate({ query, all, mostUsed, tone, pick, choose, draw }) {
  const names = new Map(all.map(([name, character]) => [bare(character), name]))
  const nameOf = character => names.get(bare(character)) ?? character
  const grid = characters =>
    html`<div class="emoji-grid">${characters.map(one => emojiTemplate(nameOf(one), one, pick))}</div>`
  const found = query ? search(query, all, mostUsed).map(row => inTone(row, tone)) : []
  return html`
    <input type="search" aria-label=${t("Search emoji")} placeholder=${t("Search")} autocomplete="off" @input=${({ target }) => draw(target.value)}>
    ${query ? nothing : tabsTemplate()}
    <div class="emoji-scroller">
      ${query ? grid(found) : html`<p class="emoji-head">${t("Frequently used")}</p>${grid(mostUsed)}${groupsTemplate(all, tone, grid)}`}
      ${query && !found.length ? html`<p class="emoji-none">${t("No emoji found.")}</p>` : nothing}
    </div>
    ${tonesTemplate(tone, choose)}`
}

/** Search by names and keywords: "party" finds 🎉. */
function search(query, all, mostUsed) {
  const wanted = fold(query).replaceAll(":", "").trim().replaceAll(" ", "_")
  return suggestEmoji(wanted, all, mostUsed, FOUND)
}

/** An emoji of the list in a skin tone, if it has any. */
function inTone([, character, , , , hasTones], tone) {
  return hasTones && tone ? character.replaceAll(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`) : character
}

/** Without skin tone, and without the variation selector, which some keyboards leave out. */
function bare(character) {
  return character.replaceAll(/[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu, "")
}

function tonesTemplate(chosen, choose) {
  return html`<div class="emoji-tones" role="group" aria-label=${t("Skin tone")}>${TONES.map(
    (tone, index) =>
      html`<button type="button" aria-label=${TONE_NAMES[index]} title=${TONE_NAMES[index]} aria-pressed=${String(tone === chosen)}
        @click=${() => choose(tone)}>${`✋${tone}`}</button>`,
  )}</div>`
}

function emojiTemplate(name, character, pick) {
  return html`<button type="button" class="emoji" title=":${name}:" aria-label=${name.replaceAll("_", " ")}
    @click=${() => pick(character)}>${character}</button>`
}

/** A click scrolls to the category. */
function tabsTemplate() {
  const go = index => document.getElementById(`emoji-group-${index}`)?.scrollIntoView({ block: "start" })
  return html`<div class="emoji-tabs" role="group" aria-label=${t("Categories")}>${GROUPS.map(
    ([name, sign], index) =>
      html`<button type="button" aria-label=${name} title=${name} @click=${() => go(index)}>${sign}</button>`,
  )}</div>`
}

function groupsTemplate(all, tone, grid) {
  return GROUPS.map(([name], index) => {
    const characters = all.filter(([, , , , group]) => group === index).map(row => inTone(row, tone))
    return html`<p class="emoji-head" id="emoji-group-${index}">${name}</p>${grid(characters)}`
  })
}

function walk(event, picker) {
  const emoji = [...picker.querySelectorAll(".emoji")]
  const now = emoji.indexOf(document.activeElement)
  if (event.key === "Enter" && document.activeElement.matches("input")) {
    event.preventDefault()
    emoji[0]?.click()
  }
  if (now < 0) {
    if (event.key !== "ArrowDown") return
    event.preventDefault()
    return emoji[0]?.focus()
  }
  const next = { ...SIDES, ...ROWS }[event.key]
  if (!next) return
  event.preventDefault()
  const target = event.key in SIDES ? emoji[now + next] : inRow(emoji, now, next)
  if (target) target.focus()
  else if (next < 0) picker.querySelector("input").focus()
}

/** Find the emoji above or below: the last row of a category may be short. */
function inRow(emoji, now, step) {
  const from = emoji[now].getBoundingClientRect()
  const near =
    step > 0 ? emoji.slice(now + 1, now + 2 * COLUMNS) : emoji.slice(Math.max(0, now - 2 * COLUMNS + 1), now).reverse()
  const boxes = near.map(element => ({ element, box: element.getBoundingClientRect() }))
  const rows = boxes.filter(({ box }) => Math.abs(box.top - from.top) > 1)
  const row = rows.filter(({ box }) => Math.abs(box.top - rows[0].box.top) < 1)
  const away = ({ box }) => Math.abs(box.left - from.left)
  return row.sort((one, other) => away(one) - away(other))[0]?.element
}

function place(picker, anchor) {
  const { left, top, bottom } = anchor.getBoundingClientRect()
  const x = Math.max(8, Math.min(left, innerWidth - picker.offsetWidth - 8))
  const above = top - picker.offsetHeight - 8
  const y = above >= 8 ? above : Math.max(8, Math.min(bottom + 8, innerHeight - picker.offsetHeight - 8))
  picker.style.inset = `${y}px auto auto ${x}px`
}

function close(picker, anchor) {
  if (picker.contains(document.activeElement) || document.activeElement === document.body) anchor.focus()
  picker.remove()
}
