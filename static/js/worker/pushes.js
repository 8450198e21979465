import { plural, t } from "../helpers/i18n.js"

/** The decisions about pushes and clicks, without side effects: main.js has those. */

const ACTIONS = [{ action: "read", title: t("Mark as read") }]

/**
 * Decide what to do with a push: {show: {title, options} | null, toPages, close: [tags], badge}.
 *
 * `shown`: the notifications that the device shows, as {tag, ids}. `isSeen`: the user looks at a page of this site,
 * which shows the notification itself. `mustShow`: this browser ends a subscription whose pushes show nothing.
 */
export function readPush(payload, { shown = [], isSeen = false, mustShow = false, icon, badge } = {}) {
  const { title, always = false, close = [], unread = null } = payload
  if (!title) return { show: null, toPages: false, close, badge: unread }
  const quiet = isSeen && !always
  const show = quiet && !mustShow ? null : { title, options: optionsOf(payload, { shown, quiet, icon, badge }) }
  return { show, toPages: isSeen, close, badge: unread }
}

function optionsOf(payload, { shown, quiet, icon, badge }) {
  const { body = "", url = "/", open = url, tag = "", ids = [] } = payload
  const before = shown.filter(one => one.tag === tag).flatMap(one => one.ids ?? [])
  const isNew = ids.some(id => !before.includes(id)) || !ids.length
  const earlier = before.filter(id => !ids.includes(id)).length
  const options = { body: withEarlier(body, earlier), tag, icon, badge, silent: quiet }
  // A push that is delivered twice alerts once. Without a tag nothing is replaced.
  if (tag && !quiet) options.renotify = isNew
  const all = [...new Set([...before, ...ids])]
  if (!all.length) return { ...options, data: { url, open } }
  return { ...options, data: { url, open, ids: all }, actions: ACTIONS }
}

/** A notification that replaces others tells how many. */
function withEarlier(body, earlier) {
  return earlier ? `${body}\n${plural("and {count} earlier", "and {count} earlier", earlier)}`.trim() : body
}

/** Parse the payload of a push. An unknown one shows a default text: browsers require each push to show something. */
export function parsePush(data) {
  try {
    const payload = data?.json()
    if (payload && typeof payload === "object") return payload
  } catch {
    // Not JSON.
  }
  return { title: t("You have a new notification"), url: "/", tag: "unknown" }
}

/** Choose the window in which to open a URL: the focused one, then a visible one, then any. */
export function chooseWindow(windows) {
  const rank = ({ focused, visibilityState }) => (focused ? 2 : visibilityState === "visible" ? 1 : 0)
  return [...windows].sort((one, other) => rank(other) - rank(one))[0] ?? null
}

/** Whether the user looks at a page of this site. */
export function isSeen(windows) {
  return windows.some(({ focused, visibilityState }) => focused && visibilityState === "visible")
}

/** Apple ends the subscription after a few pushes that show nothing. */
export function wantsToBeSeen(endpoint) {
  return /\.push\.apple\.com$/.test(endpoint ? new URL(endpoint).hostname : "")
}
