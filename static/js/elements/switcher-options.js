import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { shortAgo } from "../helpers/relative-time.js"
import { badgeCount } from "../models/unread.js"
import { avatar, icon, roomSign, shortCount } from "./parts.js"

// What the switcher shows: the filters of the query, and as options rooms, people, completions of a filter, messages, and
// the way to all of these.

/** The filters of the query, each with a button that removes it. */
export function chipsTemplate(filters, replaceQuery) {
  if (!filters.length) return nothing
  return html`<ul class="chips switcher-chips" aria-label=${t("Filters")}>${filters.map(
    ({ text, rest }) => html`<li class="chip"><bdi>${text}</bdi>
      <button type="button" aria-label=${t("Remove {name}", { name: text })} @click=${() => replaceQuery(rest)}>${icon("x")}</button></li>`,
  )}</ul>`
}

export function optionClass({ message, isAll }) {
  if (message) return "switcher-message"
  return isAll ? "switcher-all" : ""
}

export function optionTemplate(option, me, query) {
  if (option.message) return messageTemplate(option.message)
  if (option.completion) return completionTemplate(option.completion)
  if (option.isAll)
    return html`${icon("search")}<span class="switcher-name">${t("All messages with “{query}”", { query })}</span>`
  return placeTemplate(option, me)
}

function placeTemplate({ room, person, isNew }, me) {
  const { unread } = room?.unread?.count ?? {}
  const badge = badgeCount(room)
  return html`
    ${person ? avatar(person, { size: "s" }) : roomSign({ people: [], ...room, me })}
    <span class="switcher-name" dir="auto">${person?.name ?? room.title}</span>
    ${person ? html`<span class="soft">@${person.username}</span>` : nothing}
    ${isNew ? html`<span class="badge">${t("not joined")}</span>` : nothing}
    ${room?.archived ? html`<span class="badge">${t("archived")}</span>` : nothing}
    ${unread ? html`<span class="count ${badge ? "you" : ""}">${shortCount(badge || unread)}</span>` : nothing}
  `
}

function completionTemplate({ value, label }) {
  return html`<code dir="auto">${value}</code>${label ? html`<span class="soft" dir="auto">${label}</span>` : nothing}`
}

/** A message: its author, room and time, an excerpt, and the file that was found first. */
function messageTemplate({ author, room_name: room, parts, files, created_at: at }) {
  const [file] = files
  return html`${avatar(author, { size: "s" })}
    <span class="switcher-found"><span class="soft"><bdi>${author.name}</bdi> · ${room} · ${shortAgo(at)}</span>
      ${parts.length ? html`<span class="switcher-text" dir="auto">${partsTemplate(parts)}</span>` : nothing}
      ${file ? html`<span class="switcher-file">${icon(file.icon)}<bdi>${partsTemplate(file.name)}</bdi></span>` : nothing}
      ${file?.parts.length ? html`<span class="switcher-text soft" dir="auto">${partsTemplate(file.parts)}</span>` : nothing}</span>`
}

function partsTemplate(parts) {
  return parts.map(({ text, is_term: isTerm }) => (isTerm ? html`<mark>${text}</mark>` : text))
}
