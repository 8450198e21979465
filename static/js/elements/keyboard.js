import { isTyping, whenTyped } from "../helpers/keys.js"
import { openKeysDialog } from "./part-loader.js"

const PANES = ["room-list", "room-header", "room-timeline", "room-composer", "member-list"]
const STOP = "textarea, [tabindex='0']"

/** The keyboard shortcuts that work everywhere on the page. */
export function listenToKeys(app) {
  document.addEventListener(
    "keydown",
    whenTyped(event => {
      const act = anywhere(event, app)
      if (!act) return
      event.preventDefault()
      act()
    }),
  )
}

function anywhere(event, app) {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k")
    return () => document.querySelector("room-switcher").open()
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "f") return searchRoom()
  if (document.querySelector("dialog[open], :popover-open")) return null
  if (altKey && (key === "ArrowUp" || key === "ArrowDown")) {
    return () => app.actions.goToNext(key === "ArrowDown" ? 1 : -1, { onlyNew: shiftKey })
  }
  if (key === "F6") return () => goToPane(shiftKey ? -1 : 1)
  if (altKey && code === "KeyN") return () => document.querySelector(".bell-button")?.click()
  if (altKey && code === "KeyM") return () => app.panels.toggle("members")
  if (ctrlKey || metaKey || altKey || event.defaultPrevented) return null
  if (key === "Escape") return () => stepBack(app)
  if (isTyping(event.target)) return null
  if (key === "/") return () => document.querySelector("room-switcher").open()
  if (key === "?") return () => openKeysDialog(app)
  return null
}

/** Ctrl+F searches the open room. Pressed once more it searches the page, as the browser does. */
function searchRoom() {
  return document.querySelector("room-switcher").openInRoom() ? () => {} : null
}

/** Move from section to section, to the element that Tab would reach first. */
function goToPane(step) {
  const panes = PANES.map(name => document.querySelector(name)).filter(pane => pane?.checkVisibility())
  const now = panes.findIndex(pane => pane.contains(document.activeElement))
  const first = now < 0 ? (step > 0 ? 0 : panes.length - 1) : (now + step + panes.length) % panes.length
  enter(panes[first])
}

function enter(pane) {
  const stops = [...pane.querySelectorAll("textarea, [tabindex='0'], a[href], button")]
  stops.sort((a, b) => b.matches(STOP) - a.matches(STOP))
  stops.find(stop => stop.checkVisibility() && stop.tabIndex >= 0)?.focus()
}

/** Esc closes a drawer, or else marks the room as read and jumps to the latest message. */
function stepBack(app) {
  if (app.panels.hasDrawer) return app.panels.closeAll()
  app.actions.markRead()
  document.getElementById("composer")?.focus()
}
