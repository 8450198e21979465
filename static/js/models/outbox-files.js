import { t } from "../helpers/i18n.js"

/** The uploads of the outbox's messages: an entry has them as `files`, [{key, description}]. */
export class OutboxFiles {
  constructor(uploads) {
    this.uploads = uploads
  }

  get areLasting() {
    return this.uploads.isLasting
  }

  areReady(entry) {
    return filesOf(entry).every(({ key }) => this.uploads.get(key)?.state === "ready")
  }

  /** The entry as the user sees it. A failure is not stored: it passes when the upload is retried, in whatever tab. */
  withFailure(entry) {
    const error = entry.state === "waiting" && this.#errorOf(entry)
    return error ? { ...entry, state: "failed", error } : entry
  }

  /** Upload those that failed again, and make sure that the server still has the others. */
  retry(entry) {
    for (const { key } of filesOf(entry)) this.uploads.retry(key)
  }

  cancel(entry) {
    return Promise.all(filesOf(entry).map(({ key }) => this.uploads.cancel(key)))
  }

  /** The message has them: they are no longer needed here. */
  release(entry) {
    for (const { key } of filesOf(entry)) this.uploads.release(key)
  }

  #errorOf(entry) {
    const uploads = filesOf(entry).map(({ key }) => this.uploads.get(key))
    const failed = uploads.find(upload => upload?.state === "failed")
    if (failed) return failed.error
    if (!this.uploads.isLoaded || uploads.every(Boolean)) return null
    return {
      code: "file_lost",
      message: t("This browser has lost a file of the message. Edit it, and add the file again."),
    }
  }
}

export function filesOf(entry) {
  return entry?.files ?? []
}
