/**
 * What a tab's title and the app's icon say, by one rule: the number is the bell's. A mention is a message in a room and a
 * notification; only the notification is counted, so each thing that concerns me counts once, and muting is heeded.
 * What is said to everybody in rooms is a dot: something is new, nothing calls.
 */
export function showUnread({ unread, isNew = false, title }) {
  const sign = unread ? `(${unread > 999 ? "999+" : unread}) ` : isNew ? "• " : ""
  if (document.title !== sign + title) document.title = sign + title
  showOnIcon(unread, isNew)
}

let shown = null

/** The tabs of a person say the same; one that has nothing to say and never had leaves the icon to the others. */
function showOnIcon(unread, isNew) {
  const wanted = unread || isNew
  if (!navigator.setAppBadge || wanted === shown || (shown === null && !wanted)) return
  shown = wanted
  const said = unread ? navigator.setAppBadge(unread) : isNew ? navigator.setAppBadge() : navigator.clearAppBadge()
  // Only an app that is installed has an icon.
  said.catch(() => {})
}
