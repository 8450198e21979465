import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { loadOnDemand } from "../helpers/on-demand.js"
import { fileUrl } from "./message-files.js"

/** By tray: what its element has instead of the page's models. */
const pages = new WeakMap()

/** The files of a message that is being edited, in the composer's tray. */
export function editTrayTemplate(message, app) {
  if (!app.canAddFiles && !message.files?.length) return nothing
  loadOnDemand("fileTray").catch(() => {})
  return html`<file-tray .page=${pageOf(message, app)}></file-tray>`
}

/** The models of a page for which the edit's tray is the tray of the composer. */
export function pageOf(message, app) {
  const tray = app.editing.tray(message)
  if (!pages.has(tray)) {
    const filePreviews = {
      on: listener => app.filePreviews.on(listener),
      url: key => (tray.uploads.isNew(key) ? app.filePreviews.url(key) : storedUrl(tray.uploads.get(key), app)),
      fail: key => app.filePreviews.fail(key),
    }
    const { uploads, openRooms, limits } = app
    pages.set(tray, { fileTray: tray, filePreviews, uploads, openRooms, limits })
  }
  return pages.get(tray)
}

function storedUrl({ file }, app) {
  return file.kind === "image" ? fileUrl(file, app, "small") : null
}

/** The tray of the edit in which an element is, or null. */
export function trayAround(element, app) {
  const row = element.closest?.("article:has(.editor)")
  const message = row && app.openRooms.current.history.get(Number(row.dataset.id))
  return message && app.editing.get(message.id) ? app.editing.tray(message) : null
}
