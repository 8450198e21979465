import { fileSize } from "./file-words.js"
import { LOCALE, t } from "./i18n.js"

const percent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 })

/** How far an upload is, in few words. */
export function uploadState({ state, sent, size }) {
  const done = percent.format(Math.floor((100 * sent) / Math.max(1, size)) / 100)
  if (state === "uploading") return done
  if (state === "paused") return t("Paused at {percent}", { percent: done })
  return { waiting: t("Waiting"), processing: t("Processing"), failed: t("Not uploaded") }[state] ?? fileSize(size)
}

/** How far several uploads are together: {sent, size, isPaused, isProcessing}. */
export function uploadsTotal(uploads) {
  const sum = name => uploads.reduce((total, upload) => total + upload[name], 0)
  const open = uploads.filter(({ state }) => state !== "ready")
  return {
    sent: sum("sent"),
    size: sum("size"),
    isPaused: open.some(({ state }) => state === "paused"),
    isProcessing: open.length > 0 && open.every(({ state }) => state === "processing"),
  }
}
