/** The keys that work anywhere on the page. */
export function listenToKeys(app) {
  document.addEventListener("keydown", event => {
    const act = anywhere(event, app)
    if (!act) return
    event.preventDefault()
    act()
  })
}

function anywhere(event, app) {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k")
    return () => document.querySelector("room-switcher").open()
  if (document.querySelector("dialog[open], :popover-open")) return null
  if (altKey && (key === "ArrowUp" || key === "ArrowDown")) {
    return () => app.actions.goToNext(key === "ArrowDown" ? 1 : -1, { onlyNew: shiftKey })
  }
  if (altKey && code === "KeyM") return () => app.panels.toggle("members")
  if (ctrlKey || metaKey || altKey || event.defaultPrevented) return null
  if (key === "Escape") return () => stepBack(app)
  if (isTyping(event.target)) return null
  if (key === "?") return () => document.querySelector("keys-dialog").open()
  return null
}

/** Esc leaves the nearest thing: a drawer, then the middle of the room. */
function stepBack(app) {
  if (app.panels.hasDrawer) return app.panels.closeAll()
  app.actions.markRead()
  document.getElementById("composer")?.focus()
}

/** "?" in an empty composer is still a question mark. */
function isTyping(target) {
  return target.matches?.("input, textarea, select, [contenteditable]")
}
