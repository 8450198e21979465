import { plural, t } from "../helpers/i18n.js"

/** What a push is to do, and a press on what it showed: pure, the worker's own file does it. */

const ACTIONS = [{ action: "read", title: t("Mark as read") }]

/**
 * What to do with a push: {show: {title, options} | null, tell, close: [tags], badge}.
 *
 * `shown`: what the device shows already, as {tag, ids}. `isSeen`: a page of ours is before the person's eyes, and says it
 * itself. `mustShow`: this browser ends the subscription of a site whose pushes show nothing.
 */
export function readPush(payload, { shown = [], isSeen = false, mustShow = false, icon, badge } = {}) {
  const { title, always = false, close = [], unread = null } = payload
  if (!title) return { show: null, tell: false, close, badge: unread }
  const quiet = isSeen && !always
  const show = quiet && !mustShow ? null : { title, options: optionsOf(payload, { shown, quiet, icon, badge }) }
  return { show, tell: isSeen, close, badge: unread }
}

function optionsOf(payload, { shown, quiet, icon, badge }) {
  const { body = "", url = "/", open = url, tag = "", ids = [] } = payload
  const before = shown.filter(one => one.tag === tag).flatMap(one => one.ids ?? [])
  const isNew = ids.some(id => !before.includes(id)) || !ids.length
  const earlier = before.filter(id => !ids.includes(id)).length
  const options = { body: withEarlier(body, earlier), tag, icon, badge, silent: quiet }
  // A service that delivers twice rings once. Without a tag there is nothing that would be replaced.
  if (tag && !quiet) options.renotify = isNew
  const all = [...new Set([...before, ...ids])]
  if (!all.length) return { ...options, data: { url, open } }
  return { ...options, data: { url, open, ids: all }, actions: ACTIONS }
}

/** One that takes the place of others says that they were there. */
function withEarlier(body, earlier) {
  return earlier ? `${body}\n${plural("and {count} earlier", "and {count} earlier", earlier)}`.trim() : body
}

/** Read the payload of a push; what is none of ours still shows something: browsers want each push to be seen. */
export function parsePush(data) {
  try {
    const payload = data?.json()
    if (payload && typeof payload === "object") return payload
  } catch {
    // Not JSON.
  }
  return { title: t("You have a new notification"), url: "/", tag: "unknown" }
}

/** The window in which to open something: the one in front, then one that can be seen, then any. */
export function chooseWindow(windows) {
  const rank = ({ focused, visibilityState }) => (focused ? 2 : visibilityState === "visible" ? 1 : 0)
  return [...windows].sort((one, other) => rank(other) - rank(one))[0] ?? null
}

/** Whether one of our pages is before the person's eyes. */
export function isSeen(windows) {
  return windows.some(({ focused, visibilityState }) => focused && visibilityState === "visible")
}

/** Apple counts the pushes that show nothing, and ends the subscription after a few. */
export function wantsToBeSeen(endpoint) {
  return /\.push\.apple\.com$/.test(endpoint ? new URL(endpoint).hostname : "")
}
