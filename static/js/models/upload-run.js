import { reportBug } from "../helpers/bug-reports.js"
import { t } from "../helpers/i18n.js"
import { UploadError } from "./upload-api.js"

/** A pause, and a line that breaks, cost at most what is on its way: the server keeps what has arrived of a piece. */
const PIECE_BYTES = 4 * 1024 ** 2
/** Proxies that accept less refuse pieces before they reach the server. */
const SMALLEST_PIECE_BYTES = PIECE_BYTES / 64
const FIRST_PAUSE_MS = 1_000
const LAST_PAUSE_MS = 30_000
/** After so many new beginnings there is something wrong with the file, or with the server. */
const MOST_BEGINNINGS = 4

/**
 * One upload on its way: from its first byte, or from where it stopped, until the server has processed it. It tries
 * again until it succeeds, the server refuses the file, or `signal` is aborted.
 *
 * `source` has {name, type, size, facts, user}; `read(from, to)` resolves with its bytes, or null. `renew()` returns a new id for
 * an upload that the server no longer has. `report(change)` is called with {state, sent, error, file}. `sending` and
 * `looking` are the Slots of requests that send bytes, and of those that wait until a file is processed.
 */
export class UploadRun {
  #isBegun = false
  #beginnings = 0
  #failures = 0
  #piece = PIECE_BYTES
  #endPause = () => {}

  constructor({ id, source, read, renew, report, api, clock, sending, looking, signal }) {
    Object.assign(this, { id, source, read, renew, report, api, clock, sending, looking, signal })
  }

  async run() {
    let isOver = false
    while (!isOver && !this.signal.aborted) isOver = await this.#try()
  }

  /** Try again at once: the network is back. */
  hurry() {
    this.#failures = 0
    this.#endPause()
  }

  /** Resolves with whether the upload has ended, well or not. */
  async #try() {
    try {
      await this.sending.use(() => this.#send())
      await this.#waitUntilProcessed()
      return true
    } catch (error) {
      reportBug(error)
      return this.signal.aborted || this.#recover(error)
    }
  }

  async #send() {
    const { size } = this.source
    let offset = await this.#findOffset()
    this.report({ state: "uploading", sent: offset, error: null })
    while (offset < size) {
      const before = offset
      const bytes = await this.#readPiece(before)
      const progress = count => this.report({ sent: Math.min(size, before + count) })
      this.signal.throwIfAborted()
      offset = await this.api.append(this.id, before, bytes, { signal: this.signal, progress })
      if (offset <= before) throw new UploadError("unexpected", t("The server sent an unexpected response."))
      this.#failures = 0
      this.report({ sent: offset })
    }
    this.report({ state: "processing", sent: size, error: null })
  }

  async #readPiece(offset) {
    const bytes = await this.read(offset, offset + this.#piece)
    if (bytes) return bytes
    const { name } = this.source
    throw new UploadError("unreadable", t("“{name}” can't be read any more. Add it again.", { name }), 400)
  }

  /** The first request of a page may find an upload that an earlier page began. */
  async #findOffset() {
    this.signal.throwIfAborted()
    if (this.#isBegun) return this.api.offset(this.id, this.signal)
    this.#isBegun = true
    return this.api.create({ ...this.source, id: this.id }, this.signal)
  }

  async #waitUntilProcessed() {
    for (;;) {
      const { state, file, error } = await this.looking.use(() => this.#look())
      if (state === "ready") return this.report({ state, file, error: null })
      if (state === "refused") return this.#refuse({ code: state, message: error })
      if (state === "uploading") throw new UploadError("wrong_offset", "", 409)
      this.report({ error: error ? { code: state, message: error } : null })
      await this.#pause(FIRST_PAUSE_MS)
    }
  }

  #look() {
    this.signal.throwIfAborted()
    return this.api.status(this.id, this.signal)
  }

  /** Do what an error requires. Resolves with whether the upload has ended. */
  async #recover(error) {
    if (error.status === 404 || error.code === "conflict") return this.#beginAgain(error)
    if (error.status === 413 && error.code === "unexpected" && this.#piece > SMALLEST_PIECE_BYTES) {
      this.#piece /= 8
      return false
    }
    if (error.isFinal) {
      this.#fail(error)
      return true
    }
    // Another tab, or a connection that the server believes open, may be sending the same file.
    if (error.status !== 423 && error.status !== 409) this.report({ state: "waiting", error: shownError(error) })
    const own = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures)
    this.#failures += 1
    await this.#pause(error.retryAfter ? error.retryAfter * 1000 : own / 2 + (this.clock.random() * own) / 2)
    return false
  }

  #beginAgain(error) {
    this.#beginnings += 1
    if (this.#beginnings >= MOST_BEGINNINGS) {
      this.#fail(error)
      return true
    }
    this.#isBegun = false
    this.id = this.renew()
    return false
  }

  /** Another attempt would need another id. */
  #refuse(error) {
    this.id = this.renew()
    this.#fail(error)
  }

  #fail(error) {
    this.report({ state: "failed", error: shownError(error) })
  }

  #pause(milliseconds) {
    return new Promise(resolve => {
      const timer = this.clock.setTimeout(resolve, milliseconds)
      this.#endPause = () => {
        this.clock.clearTimeout(timer)
        resolve()
      }
      this.signal.addEventListener("abort", this.#endPause, { once: true })
    })
  }
}

function shownError({ code = "unexpected", message }) {
  return { code, message }
}
