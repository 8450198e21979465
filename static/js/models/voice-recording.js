import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"
import { fileSize } from "../helpers/file-words.js"
import { t } from "../helpers/i18n.js"
import { encodeWaveform } from "../helpers/waveform.js"

const TICK_MILLISECONDS = 50
/** The waveform's levels of an hour are 72,000 numbers, its sound is about 30 MB. */
export const LONGEST_SECONDS = 3_600
/** A microphone that is switched off is silent; a quiet room is not. */
const SILENT_LEVEL = 0.001
const SILENT_SECONDS = 3

/**
 * The recording of one voice message. `state` is `asking` (for the microphone), `recording`, `paused`, `stopping`,
 * `recorded` (with `file`, which has its `facts`), `failed` (with `error`) or `discarded`. It emits its changes, and while
 * it records also its `level` (0 to 1), 20 times a second.
 *
 * `open` resolves with a microphone (helpers/microphone.js). `mostBytes`: the limit of a file.
 */
export class VoiceRecording extends Emitter {
  state = "asking"
  file = null
  error = null
  /** Why it stopped by itself. */
  reason = ""
  level = 0
  levels = []
  #milliseconds = 0
  #lastTick = 0
  #heardAt = 0
  #stopping = null

  constructor({ open, clock, mostBytes = Number.POSITIVE_INFINITY, now = () => new Date() }) {
    super()
    Object.assign(this, { open, clock, mostBytes, now })
  }

  get seconds() {
    return this.#milliseconds / 1_000
  }

  /** Whether nothing was heard for so long that the microphone may be switched off. */
  get isSilent() {
    return this.state === "recording" && this.seconds - this.#heardAt >= SILENT_SECONDS
  }

  async begin() {
    this.#milliseconds = 0
    this.#heardAt = 0
    this.#become("asking", { error: null, levels: [] })
    try {
      const microphone = await this.open()
      if (this.state !== "asking") return microphone.close()
      this.microphone = microphone
      microphone.ended = () => this.stop(t("The microphone was disconnected. What was recorded until then is kept."))
      microphone.start()
      this.#run()
    } catch (error) {
      reportBug(error)
      if (this.state !== "discarded") this.#fail(error.message)
    }
  }

  pause() {
    if (this.state !== "recording") return
    this.#count()
    this.microphone.pause()
    this.level = 0
    this.#become("paused")
  }

  resume() {
    if (this.state !== "paused") return
    this.microphone.resume()
    this.#heardAt = this.seconds
    this.#run()
  }

  /** Stop, and resolve when the file is there. */
  stop(reason = "") {
    if (this.state !== "recording" && this.state !== "paused") return this.#stopping
    this.#stopping = this.#finish(reason)
    return this.#stopping
  }

  /** Forget what was recorded, and let the microphone go. */
  discard() {
    this.file = null
    this.microphone?.close()
    this.#become("discarded")
  }

  #run() {
    this.#lastTick = this.clock.now()
    this.#become("recording")
    this.#tick()
  }

  #tick() {
    if (this.state !== "recording") return
    this.#count()
    const level = this.microphone.level()
    while (level !== null && this.levels.length <= this.#milliseconds / TICK_MILLISECONDS) this.levels.push(level)
    if (level === null || level > SILENT_LEVEL) this.#heardAt = this.seconds
    this.level = level ?? 0
    if (this.seconds >= LONGEST_SECONDS) return this.stop(t("A voice message has at most 60 minutes."))
    if (this.microphone.size >= this.mostBytes * 0.95)
      return this.stop(t("A file has at most {size}.", { size: fileSize(this.mostBytes) }))
    this.clock.setTimeout(() => this.#tick(), TICK_MILLISECONDS)
    this.changed()
  }

  async #finish(reason) {
    if (this.state === "recording") this.#count()
    this.#become("stopping", { reason })
    const sound = await this.microphone.stop()
    this.microphone.close()
    if (this.state === "discarded") return
    if (!sound.size) return this.#fail(t("Nothing was recorded. Try again."))
    const file = new File([sound], fileName(sound.type, this.now()), { type: sound.type })
    this.file = Object.assign(file, { facts: factsOf(this.seconds, this.levels) })
    this.#become("recorded")
  }

  /** Browsers delay the timers of a hidden page: neither the time nor the levels can be counted by ticks. */
  #count() {
    const now = this.clock.now()
    this.#milliseconds += Math.max(0, now - this.#lastTick)
    this.#lastTick = now
  }

  #fail(error) {
    this.microphone?.close()
    this.#become("failed", { error })
  }

  #become(state, change = {}) {
    Object.assign(this, change, { state })
    this.changed()
  }
}

function factsOf(seconds, levels) {
  const facts = { voice: true, duration: Math.round(seconds * 100) / 100 }
  const waveform = encodeWaveform(levels)
  return waveform ? { ...facts, waveform } : facts
}

/** A name that sorts by time, without signs that file systems forbid. */
function fileName(type, date) {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString()
  const ending = { "audio/mp4": "m4a", "audio/ogg": "ogg" }[type] ?? "webm"
  return `${t("Voice message")} ${local.slice(0, 10)} ${local.slice(11, 19).replaceAll(":", ".")}.${ending}`
}
