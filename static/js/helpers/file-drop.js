import { t } from "./i18n.js"

export const NO_FILES = t("You can't share files here. Paste a link instead.")
const FIELDS = "textarea, input:not([type=file])"

/**
 * Take dropped and pasted files. By default a dropped file or link replaces the page, and a pasted picture is silently
 * ignored. File fields still accept files, and text fields text.
 *
 * `take(files, event)` gets files, `drag(isOver)` is called when files are dragged over the page, and when they leave it.
 * While `refuses()` returns a sentence, it is shown by `showNotice` instead.
 */
export function takeFiles({ take = () => {}, drag = () => {}, refuses, showNotice }, page = document) {
  const end = () => drag(false)
  // A picture that is dragged from this page may count as a file.
  let isOwnDrag = false
  page.addEventListener("dragstart", () => {
    isOwnDrag = true
  })
  page.addEventListener("dragend", () => {
    isOwnDrag = false
  })
  const accept = (event, data) => {
    event.preventDefault()
    const reason = refuses(event)
    if (reason) showNotice(reason)
    else take(filesOf(data), event)
  }
  page.addEventListener("dragover", event => {
    if (isTaken(event.target, event.dataTransfer)) return
    event.preventDefault()
    const isOfFiles = hasFiles(event.dataTransfer) && !isOwnDrag
    // With "none" a file would fire no `drop` event.
    event.dataTransfer.dropEffect = isOfFiles ? "copy" : "none"
    if (isOfFiles && !refuses(event)) drag(true)
  })
  // It has a `relatedTarget` while the pointer is still over the page.
  page.addEventListener("dragleave", event => event.relatedTarget || end())
  page.addEventListener("drop", event => {
    end()
    if (isTaken(event.target, event.dataTransfer)) return
    event.preventDefault()
    if (hasFiles(event.dataTransfer) && !isOwnDrag) accept(event, event.dataTransfer)
  })
  page.addEventListener("paste", event => {
    if (!event.clipboardData || !hasFiles(event.clipboardData) || isTaken(event.target, event.clipboardData)) return
    accept(event, event.clipboardData)
  })
}

/** Refuse dropped and pasted files with a notice: on pages without messages. */
export function refuseFiles(showNotice, page = document) {
  takeFiles({ refuses: () => NO_FILES, showNotice }, page)
}

/** The files, of which folders are marked: their content cannot be read. */
function filesOf({ items, files }) {
  if (!items) return [...files]
  return [...items]
    .filter(({ kind }) => kind === "file")
    .map(item => {
      const file = item.getAsFile()
      return file && Object.assign(file, { isFolder: Boolean(item.webkitGetAsEntry?.()?.isDirectory) })
    })
    .filter(Boolean)
}

/**
 * Whether a field accepts the data. Text copied from a document has a picture of itself, too; a picture dragged from a
 * page has its URL.
 */
function isTaken(target, { types }) {
  if (target.matches?.("input[type=file], input[type=file] *")) return true
  const isText = types.includes("text/plain") || types.includes("text/uri-list")
  return Boolean(isText && target.matches?.(FIELDS))
}

function hasFiles({ types }) {
  return types.includes("Files")
}
