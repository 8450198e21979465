/**
 * Show unread notifications in the tab's title and on the app's icon. The number is the bell's: a mention is both a
 * message and a notification, and counts once, as a notification, which also respects mutes. Other new messages are a
 * dot.
 */
export function showUnread({ unread, isNew = false, title }) {
  const sign = unread ? `(${unread > 999 ? "999+" : unread}) ` : isNew ? "• " : ""
  if (document.title !== sign + title) document.title = sign + title
  showOnIcon(unread, isNew)
}

let shown = null

/** All tabs show the same; a tab that never had anything to show leaves the icon to the others. */
function showOnIcon(unread, isNew) {
  const wanted = unread || isNew
  if (!navigator.setAppBadge || wanted === shown || (shown === null && !wanted)) return
  shown = wanted
  const said = unread ? navigator.setAppBadge(unread) : isNew ? navigator.setAppBadge() : navigator.clearAppBadge()
  // Only an installed app has an icon.
  said.catch(() => {})
}
