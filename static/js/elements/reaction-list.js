import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { isolate } from "../helpers/bidi-isolation.js"
import { reportBug } from "../helpers/bug-reports.js"
import { LOCALE, plural, t } from "../helpers/i18n.js"
import { avatar } from "./parts.js"
import { giveFocusBack, homeOf, placeAt } from "./popover.js"

/** So many names are in the tooltip. */
const MOST_NAMES = 10
/** A pointer that only passes shows no names. */
const REST_MS = 350

/** The reaction whose names are shown, or will be in a moment. */
let current = null

/** Show in a tooltip who put this emoji on the message, if the pointer or the focus stays there for a moment. */
export function showNamesSoon(chip, app, message) {
  if (current?.chip === chip) return
  current?.end()
  const left = new AbortController()
  const { signal } = left
  const timer = setTimeout(() => showNames(chip, app, message, signal).catch(reportBug), REST_MS)
  const end = () => {
    clearTimeout(timer)
    left.abort()
    current = null
  }
  current = { chip, end }
  for (const type of ["pointerleave", "blur", "click"]) chip.addEventListener(type, end, { signal })
  document.addEventListener("scroll", end, { signal, capture: true })
  document.addEventListener("pointermove", () => chip.isConnected || end(), { signal })
}

async function showNames(chip, app, message, signal) {
  const { emoji } = chip.dataset
  const [{ reactions }, name] = await Promise.all([app.api.reactions(message, { emoji }), nameOf(emoji, app)])
  if (signal.aborted || !chip.matches(":hover, :focus-visible") || !reactions.length) return
  const count = app.reactions.of(message).find(reaction => reaction.emoji === emoji)?.count ?? reactions.length
  const tip = Object.assign(document.createElement("div"), { className: "reaction-names", popover: "manual" })
  tip.id = "reaction-names"
  tip.setAttribute("role", "tooltip")
  const words = sentence(reactions, count, app)
  render(
    html`<span class="reaction-names-emoji" aria-hidden="true">${emoji}</span><span>${words} <span class="faint">:${name}:</span></span>`,
    tip,
  )
  homeOf(chip).append(tip)
  tip.showPopover()
  const { left, top, bottom } = chip.getBoundingClientRect()
  const x = Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8))
  const above = top - tip.offsetHeight - 6
  tip.style.inset = `${above < 8 ? bottom + 6 : above}px auto auto ${x}px`
  chip.setAttribute("aria-describedby", tip.id)
  signal.addEventListener("abort", () => {
    chip.removeAttribute("aria-describedby")
    tip.remove()
  })
}

/** "You, Ada and 3 others" */
function sentence(reactions, count, app) {
  const { me } = app
  const own = reactions.filter(({ user }) => user.id === me.id).map(() => t("You"))
  const others = reactions.filter(({ user }) => user.id !== me.id).map(({ user }) => isolate(app.people.now(user).name))
  const names = [...own, ...others].slice(0, MOST_NAMES)
  const rest = Math.max(count, reactions.length) - names.length
  if (rest > 0) names.push(plural("{count} other", "{count} others", rest))
  return new Intl.ListFormat(LOCALE, { type: "conjunction" }).format(names)
}

async function nameOf(emoji, app) {
  const all = await app.emoji.load()
  const bare = character => character.replaceAll(/[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu, "")
  return all.find(([, character]) => bare(character) === bare(emoji))?.[0] ?? emoji
}

/** Open the list of everyone who reacted, page by page. It is a popover, so Esc and a click outside close it. */
export async function showReactionList(anchor, app, message) {
  const list = Object.assign(document.createElement("div"), {
    className: "menu reaction-list",
    popover: "auto",
    tabIndex: 0,
  })
  list.setAttribute("role", "dialog")
  list.setAttribute("aria-labelledby", "reaction-list-title")
  list.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return
    giveFocusBack(list, anchor)
    list.remove()
  })
  const shown = { reactions: [], more: true, error: null, isLoading: false }
  const draw = () => render(listTemplate(shown, app, load), list)
  const load = async () => {
    Object.assign(shown, { isLoading: true, error: null })
    draw()
    try {
      const last = shown.reactions.at(-1)
      const page = await app.api.reactions(message, last ? { before: last.seq } : {})
      Object.assign(shown, { reactions: [...shown.reactions, ...page.reactions], more: page.more })
    } catch (error) {
      reportBug(error)
      shown.error = error
    }
    shown.isLoading = false
    draw()
    place()
  }
  const place = () => {
    const { x, y } = placeAt(anchor, list)
    list.style.setProperty("--x", `${x}px`)
    list.style.setProperty("--y", `${y}px`)
  }
  homeOf(anchor).append(list)
  draw()
  list.showPopover()
  list.focus()
  await load()
}

function listTemplate({ reactions, more, error, isLoading }, app, load) {
  return html`
    <h2 class="reaction-list-title" id="reaction-list-title">${t("Reactions")}</h2>
    <ul>${reactions.map(reaction => personTemplate(reaction, app))}</ul>
    ${isLoading ? html`<p class="soft" role="status">${t("Loading…")}</p>` : nothing}
    ${error ? html`<p class="failed" role="alert">${error.message}</p>` : nothing}
    ${more && !isLoading ? html`<button type="button" class="button" @click=${load}>${error ? t("Try again") : t("Show more")}</button>` : nothing}
  `
}

function personTemplate({ emoji, user }, app) {
  const person = app.people.now(user)
  return html`<li>${avatar(person, { size: "s" })}<bdi>${person.name}</bdi><span>${emoji}</span></li>`
}
