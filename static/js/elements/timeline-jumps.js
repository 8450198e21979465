import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { plural, t } from "../helpers/i18n.js"
import { icon, shortCount } from "./parts.js"

/** The jump buttons of the timeline: up to the first new message, down to the latest. */
export function jumpsTemplate(app, { isFarUp, isNewAbove, dismiss }) {
  return html`${isNewAbove ? upTemplate(app, dismiss) : nothing}${isFarUp ? downTemplate(app) : nothing}`
}

function upTemplate(app, dismiss) {
  const { current } = app.openRooms
  const jump = () => {
    dismiss()
    app.openRooms.showPosition(current.newAfter + 1)
  }
  return html`<div class="jump-up">
    <button type="button" class="jump-go" @click=${jump}>${icon("arrow-up")}${countNew(current.newCount)}</button>
    <button type="button" class="jump-close" aria-label=${t("Mark as read")} title=${t("Mark as read")} @click=${() => markRead(app, dismiss)}>${icon("x")}</button>
  </div>`
}

function markRead(app, dismiss) {
  app.readAll()
  dismiss()
}

function downTemplate(app) {
  const { unread } = app.room?.unread.count ?? { unread: 0 }
  return html`<button type="button" class="jump-down ${unread ? "has-new" : ""}" @click=${() => app.openRooms.showEnd()}>
    ${icon("arrow-down")}${unread ? countNew(unread) : t("Jump to latest")}
  </button>`
}

function countNew(count) {
  if (!count) return t("New messages")
  return plural("{count} new message", "{count} new messages", count, { count: shortCount(count) })
}
