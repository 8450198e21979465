import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { shortAgo } from "../helpers/relative-time.js"
import { fullTime } from "../helpers/time.js"
import { titleParts } from "../models/notification-groups.js"
import { openMenu } from "./menu.js"
import { avatar, icon, iconButton } from "./parts.js"

export const SNOOZES = [
  ["hour", t("For an hour"), t("Snooze for an hour")],
  ["tomorrow", t("Until tomorrow"), t("Snooze until tomorrow")],
  ["week", t("Until next week"), t("Snooze until next week")],
]

/** A row of the panel with its actions. `isCurrent`: it is the tab stop of the list. */
export function bellRow(group, { bell, opened, isCurrent }) {
  const { key, newest, unread, all } = group
  const content = html`
    ${sign(group, bell)}
    <span class="bell-words">
      <span class="bell-title" dir="auto">${titleTemplate(group)}</span>
      ${newest.body ? html`<span class="bell-excerpt" dir="auto">${newest.body}</span>` : nothing}
      ${unread ? html`<span class="visually-hidden">${t("Unread.")}</span>` : nothing}
    </span>
    <span class="bell-side">
      ${all.length > 1 ? html`<span class="bell-many" aria-hidden="true">${all.length}</span>` : nothing}
      <time datetime=${newest.created_at} title=${fullTime(newest.created_at)}>${shortAgo(newest.created_at)}</time>
    </span>`
  const act = () => opened(group)
  return html`<li class="bell-row ${unread ? "unread" : ""}" data-key=${key}>
    ${
      newest.url
        ? html`<a class="bell-main" href=${newest.url} tabindex=${isCurrent ? 0 : -1} @click=${act}>${content}</a>`
        : html`<button type="button" class="bell-main" tabindex=${isCurrent ? 0 : -1} @click=${act}>${content}</button>`
    }
    ${actsTemplate(group, bell)}
  </li>`
}

/** The avatar of the actor, or the icon of the kind. */
export function sign({ newest, who }, bell) {
  if (newest.actor) return avatar(who?.[0] ?? newest.actor)
  return html`<span class="bell-kind">${icon(bell.kinds[newest.kind]?.icon ?? "bell")}</span>`
}

export function titleTemplate(group) {
  const { who, text } = titleParts(group)
  return who ? html`<strong>${who}</strong>${text}` : text
}

function actsTemplate(group, bell) {
  const { unread, all, newest } = group
  const ids = all.map(({ id }) => id)
  const why = bell.urls.why && fill(bell.urls.why, { id: newest.id })
  return html`<span class="bell-acts" role="group" aria-label=${t("Notification actions")}>
    ${unread ? iconButton({ name: "check", label: t("Mark as read"), act: () => bell.read(ids) }) : nothing}
    ${iconButton({ name: "alarm-clock", label: t("Snooze"), popup: "menu", act: ({ currentTarget }) => openSnooze(currentTarget, ids, bell) })}
    ${iconButton({ name: "archive", label: t("Archive"), act: () => bell.archive(ids) })}
    ${why ? html`<a class="icon-button" href=${why} aria-label=${t("Why did I get this?")} title=${t("Why did I get this?")}>${icon("circle-question-mark")}</a>` : nothing}
    ${iconButton({ name: "ellipsis", label: t("More actions"), style: "bell-more", popup: "menu", act: ({ currentTarget }) => openActs(currentTarget, group, bell, why) })}
  </span>`
}

function openSnooze(anchor, ids, bell) {
  openMenu(anchor, snoozeItems(ids, bell), t("Snooze"))
}

function snoozeItems(ids, bell) {
  return SNOOZES.map(([word, label, whole]) => ({
    label,
    whole,
    icon: "alarm-clock",
    act: () => bell.snooze(ids, word),
  }))
}

/** All actions in one menu, for touch screens. */
function openActs(anchor, { unread, all }, bell, why) {
  const ids = all.map(({ id }) => id)
  const items = [
    unread && { label: t("Mark as read"), icon: "check", act: () => bell.read(ids) },
    ...snoozeItems(ids, bell).map(item => ({ ...item, label: item.whole })),
    { label: t("Archive"), icon: "archive", act: () => bell.archive(ids) },
    why && { label: t("Why did I get this?"), icon: "circle-question-mark", href: why },
  ]
  openMenu(anchor, items, t("Notification actions"))
}
