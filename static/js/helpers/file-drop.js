import { t } from "./i18n.js"

const TEXT = t("You can't share files yet. Paste a link instead.")
const FIELDS = "textarea, input:not([type=file])"

/**
 * By the browser's own rules a dropped file or link replaces the page, and a pasted picture is gone without a word. A field
 * for files takes them as before, and one for text takes text; `showNotice` is told of every other file.
 */
export function refuseFiles(showNotice, page = document) {
  page.addEventListener("dragover", event => {
    if (isTaken(event.target, event.dataTransfer)) return
    event.preventDefault()
    // Refused here, a file would not be told to `drop`.
    event.dataTransfer.dropEffect = hasFiles(event.dataTransfer) ? "copy" : "none"
  })
  page.addEventListener("drop", event => {
    if (isTaken(event.target, event.dataTransfer)) return
    event.preventDefault()
    if (hasFiles(event.dataTransfer)) showNotice(TEXT)
  })
  page.addEventListener("paste", event => {
    if (!event.clipboardData || !hasFiles(event.clipboardData) || isTaken(event.target, event.clipboardData)) return
    event.preventDefault()
    showNotice(TEXT)
  })
}

/** Copied from a document, text brings a picture of itself; dragged from a page, a picture brings its address. */
function isTaken(target, { types }) {
  if (target.matches?.("input[type=file], input[type=file] *")) return true
  const isText = types.includes("text/plain") || types.includes("text/uri-list")
  return Boolean(isText && target.matches?.(FIELDS))
}

function hasFiles({ types }) {
  return types.includes("Files")
}
