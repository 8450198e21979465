import { nothing } from "../../vendor/lit-html/lit-html.js"
import { reportBug } from "../helpers/bug-reports.js"
import { t } from "../helpers/i18n.js"
import { loadOnDemand } from "../helpers/on-demand.js"

const MEGABYTE = 1_000_000

/**
 * The voice recorders of the composer, one for each room. That of the current room is in its template; the others wait
 * with what they recorded.
 *
 * `add(file)` resolves with whether it took a recorded file into the current room's message, `changed` renders the
 * composer, `ended` puts the focus back.
 */
export class Recorders {
  #recorders = new Map()

  constructor(app, { add, changed, ended }) {
    Object.assign(this, { app, add, changed, ended })
  }

  /** The recorder of a room for its template. */
  of(room) {
    return this.#recorders.get(room) ?? nothing
  }

  /** Whether a room has a recording that is not in its message yet. */
  isBusy(room) {
    return this.#recorders.get(room)?.isBusy ?? false
  }

  async open(room) {
    try {
      const { makeVoiceRecorder } = await loadOnDemand("voiceRecorder")
      if (this.#recorders.has(room)) return this.of(room).querySelector(".recorder-next")?.focus()
      pauseAll()
      const recorder = makeVoiceRecorder({
        mostBytes: this.app.limits.files.megabytes * MEGABYTE,
        done: this.add,
        ended: () => this.#remove(room),
      })
      this.#recorders.set(room, recorder)
      this.changed()
    } catch (error) {
      reportBug(error)
      this.app.showNotice(t("This can't be loaded right now. Check your connection."))
    }
  }

  /** Take the recording of a room into its message. Resolves with whether that was possible. */
  finish(room) {
    return this.#recorders.get(room)?.finish()
  }

  #remove(room) {
    this.#recorders.delete(room)
    this.changed()
    this.ended()
  }
}

/** A voice message that plays would be recorded. */
function pauseAll() {
  for (const medium of document.querySelectorAll("audio, video")) medium.pause()
}
