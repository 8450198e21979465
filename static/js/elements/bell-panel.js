import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { moveFocus } from "../helpers/focus.js"
import { t } from "../helpers/i18n.js"
import { bellRow } from "./bell-row.js"
import { icon } from "./parts.js"

/** The panel of the bell: the newest notifications, and links to all of them and to the settings. */
export function panelTemplate(bell, { opened, currentKey, consent }) {
  const { groups, urls, unread, notice } = bell
  const key = groups.some(group => group.key === currentKey) ? currentKey : groups[0]?.key
  return html`
    <div class="bell-head">
      <h2 id="bell-title" tabindex="-1">${t("Notifications")}</h2>
      ${unread ? html`<button type="button" class="link" data-all @click=${() => bell.readAll()}>${t("Mark all as read")}</button>` : nothing}
      ${urls.preferences ? html`<a class="icon-button" href=${urls.preferences} aria-label=${t("Notification settings")} title=${t("Notification settings")}>${icon("sliders-horizontal")}</a>` : nothing}
    </div>
    ${
      groups.length
        ? html`<ul class="bell-list">${repeat(
            groups,
            group => group.key,
            group => bellRow(group, { bell, opened, isCurrent: group.key === key }),
          )}</ul>`
        : emptyTemplate()
    }
    ${consent ? consentTemplate(bell, consent) : nothing}
    <div class="bell-foot">
      <p class="bell-said" role="status">${notice ? noticeTemplate(notice) : nothing}</p>
      ${urls.all ? html`<a class="bell-all" href=${urls.all}>${t("All notifications")}</a>` : nothing}
    </div>`
}

const ROWS = ["ArrowUp", "ArrowDown", "Home", "End"]
const SIDES = { ArrowRight: 1, ArrowLeft: -1 }

/** Up and down move between rows, left and right between the actions of a row. */
export function walkPanel(event, panel) {
  // In a menu over the panel, the keys belong to the menu.
  if (event.target.closest("[popover]") !== panel) return
  const row = event.target.closest(".bell-row")
  if (ROWS.includes(event.key)) {
    // From an action, too, up and down lead to the neighbouring rows.
    row?.querySelector(".bell-main").focus()
    moveFocus(event, panel.querySelectorAll(".bell-main"))
  } else if (row && event.key in SIDES) walkRow(event, row)
}

function walkRow(event, row) {
  const stops = [...row.querySelectorAll(".bell-main, .icon-button")].filter(stop => stop.checkVisibility())
  const next = stops[stops.indexOf(document.activeElement) + SIDES[event.key]]
  event.preventDefault()
  next?.focus()
}

function emptyTemplate() {
  return html`<div class="bell-empty">${icon("inbox")}<p><strong>${t("You're all caught up")}</strong></p><p>${t("Mentions, messages and invitations appear here until you archive them.")}</p></div>`
}

function noticeTemplate({ text, undo }) {
  return html`${text} ${undo ? html`<button type="button" class="link" data-undo @click=${undo}>${t("Undo")}</button>` : nothing}`
}

function consentTemplate(bell, { agree, decline }) {
  return html`<div class="bell-consent">
    <p>${t("{site} can notify you while this tab is in the background.", { site: bell.site || t("This site") })}</p>
    <button type="button" class="button small" @click=${agree}>${t("Turn on")}</button>
    <button type="button" class="button small quiet" @click=${decline}>${t("Not now")}</button>
  </div>`
}
