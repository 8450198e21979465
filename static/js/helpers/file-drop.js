import { t } from "./i18n.js"

const TEXT = t("You can't share files yet. Paste a link instead.")
const FIELDS = "textarea, input:not([type=file])"

/**
 * Refuse dropped and pasted files with a notice. By default a dropped file or link replaces the page, and a pasted
 * picture is silently ignored. File fields still accept files, and text fields text.
 */
export function refuseFiles(showNotice, page = document) {
  page.addEventListener("dragover", event => {
    if (isTaken(event.target, event.dataTransfer)) return
    event.preventDefault()
    // With "none" a file would fire no `drop` event.
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
