import { html } from "../../vendor/lit-html/lit-html.js"
import { NO_FILES, takeFiles } from "../helpers/file-drop.js"
import { t } from "../helpers/i18n.js"
import { hasOnlyTouch } from "../helpers/keys.js"
import { loadOnDemand } from "../helpers/on-demand.js"
import { trayAround } from "./edit-tray.js"

const PART = "fileTray"
/** An upload waits no longer for what measures its file. */
const LOADING_MS = 2_000
/** A part that could not be loaded is tried again after so long. */
const RETRY_MS = 5_000
let triedAt = 0

/** Add dropped and pasted files to the message, and show meanwhile that they can be dropped. */
export function takeFilesOfPage(app) {
  const overlay = Object.assign(document.createElement("drop-overlay"), { hidden: true })
  const drag = isOver => {
    if (isOver && overlay.hidden) {
      loadOnDemand(PART).catch(() => {})
      document.querySelector("main").append(overlay)
    }
    overlay.hidden = !isOver
  }
  const take = (files, { target }) => {
    const edited = trayAround(target, app)
    if (edited) return edited.add(files)
    app.fileTray.add(files)
    if (!hasOnlyTouch.matches) document.getElementById("composer")?.focus()
  }
  takeFiles({ take, drag, refuses: () => whyNot(app), showNotice: words => app.showNotice(words) })
}

/** Show the tray, and load it with the first file. */
export async function showFileTray(element, app) {
  if (!element || element.app || Date.now() < triedAt + RETRY_MS) return
  try {
    await loadOnDemand(PART)
    if (element.isConnected && !element.app) element.begin(app)
  } catch {
    triedAt = Date.now()
    app.showNotice(t("This can't be loaded right now. Check your connection."))
  }
}

/** What the browser can measure of a file, as in docs/files.md. A recording brings its own. Never rejects. */
export async function factsOf(file) {
  if (file.facts) return file.facts
  const isLate = new Promise(resolve => setTimeout(resolve, LOADING_MS))
  const part = await Promise.race([loadOnDemand("fileFacts").catch(() => null), isLate])
  return part ? part.measureFacts(file) : {}
}

/** How far the uploads of a message that waits for them are. */
export function uploadProgress(files, app) {
  loadOnDemand(PART).catch(() => {})
  return html`<upload-progress .app=${app} .keys=${files.map(({ key }) => key)}></upload-progress>`
}

function whyNot(app) {
  if (!app.canAddFiles) return NO_FILES
  if (app.room?.archived) return t("This room is archived. You can read it, but nobody can post in it.")
  return app.openRooms.current.state === "ready" ? null : t("This room is still loading. Try again in a moment.")
}
