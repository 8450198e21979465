import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { moveFocus } from "../helpers/focus.js"
import { csrfToken } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { icon } from "./parts.js"
import { giveFocusBack, homeOf, placeAt } from "./popover.js"

const ITEMS = "[role=menuitem], [role=menuitemradio]"
/** The last menu of each element: a menu may open another one. */
const shown = new WeakMap()

/**
 * Open a menu at an element. It is a popover, so Esc and a click outside close it and the focus returns.
 *
 * Items: {label, icon, keys, danger} with one of act (a function), href (a link) or post (a form's URL); or "-" for a
 * separator. A link may have the name of a `download`, or `isNewTab`. A choice: {label, checked, act}. A text: {note}.
 * A group: {group, items}. A row of emoji: {emoji, label, pick, more}. `hint` shows the current state; `opens`: act opens
 * another menu.
 */
export function openMenu(anchor, items, label) {
  const menu = document.createElement("div")
  menu.className = "menu pop-menu"
  menu.popover = "auto"
  menu.setAttribute("role", "menu")
  menu.setAttribute("aria-label", label)
  const close = () => menu.hidePopover()
  render(
    items.filter(Boolean).map(item => itemTemplate(item, close)),
    menu,
  )
  menu.addEventListener(
    "keydown",
    whenTyped(event => moveFocus(event, menu.querySelectorAll(ITEMS))),
  )
  menu.addEventListener("toggle", ({ newState }) => newState === "closed" && end(menu, anchor))
  homeOf(anchor).append(menu)
  anchor.setAttribute?.("aria-expanded", "true")
  shown.set(anchor, menu)
  menu.showPopover()
  const { x, y } = placeAt(anchor, menu)
  menu.style.inset = `${y}px auto auto ${x}px`
  ;(menu.querySelector("[aria-checked=true]") ?? firstItem(menu))?.focus()
  return menu
}

/** The first item below the row of emoji: the keys of the other items stay as without it. */
function firstItem(menu) {
  const items = [...menu.querySelectorAll(ITEMS)]
  return items.find(item => !item.closest(".menu-emoji")) ?? items[0]
}

function itemTemplate(item, close) {
  if (item === "-") return html`<hr role="separator">`
  if (item.note) return html`<p class="menu-head menu-note" dir="auto">${item.note}</p>`
  if (item.group) return groupTemplate(item, close)
  if (item.emoji) return emojiTemplate(item, close)
  const content = html`${item.icon ? icon(item.icon) : nothing}<span class="menu-label">${item.label}</span>${
    item.keys ? html`<kbd>${item.keys}</kbd>` : nothing
  }${item.hint ? html`<span class="menu-hint">${item.hint}</span>` : nothing}`
  const style = item.danger ? "danger" : ""
  if (item.href) return linkTemplate(item, content, style, close)
  if (item.post) return formTemplate(item, content, style)
  const act = () => {
    close()
    item.act()
  }
  if ("checked" in item) return choiceTemplate(item, act)
  const popup = item.opens ? "menu" : nothing
  return html`<button type="button" role="menuitem" tabindex="-1" class=${style} aria-haspopup=${popup} @click=${act}>${content}</button>`
}

function groupTemplate({ group, items }, close) {
  return html`<div role="group" aria-label=${group}>
    <p class="menu-head" aria-hidden="true">${group}</p>
    ${items.filter(Boolean).map(item => itemTemplate(item, close))}
  </div>`
}

function emojiTemplate({ emoji, label, pick, more }, close) {
  const act = then => () => {
    close()
    then()
  }
  return html`<div class="menu-emoji" role="group" aria-label=${label}>${emoji.map(
    one => html`<button type="button" role="menuitem" tabindex="-1" @click=${act(() => pick(one))}>${one}</button>`,
  )}<button type="button" role="menuitem" tabindex="-1" aria-label=${t("Other emoji")} title=${t("Other emoji")} @click=${act(more)}>${icon("smile")}</button></div>
    <hr role="separator">`
}

function choiceTemplate({ label, checked }, act) {
  return html`<button type="button" role="menuitemradio" tabindex="-1" aria-checked=${checked} @click=${act}
    >${icon("check")}<span class="menu-label">${label}</span></button>`
}

/** A download or a new tab leaves the page, and so the menu, as it is. */
function linkTemplate({ href, download, isNewTab }, content, style, close) {
  const stays = isNewTab || download !== undefined
  return html`<a role="menuitem" tabindex="-1" class=${style} href=${href} download=${download ?? nothing}
    target=${isNewTab ? "_blank" : nothing} @click=${stays ? close : nothing}>${content}</a>`
}

function formTemplate({ post }, content, style) {
  return html`<form method="post" action=${post} role="none">
    <input type="hidden" name="csrfmiddlewaretoken" value=${csrfToken()}>
    <button role="menuitem" tabindex="-1" class=${style}>${content}</button>
  </form>`
}

function end(menu, anchor) {
  if (shown.get(anchor) === menu) anchor.removeAttribute?.("aria-expanded")
  giveFocusBack(menu, anchor)
  menu.remove()
}
