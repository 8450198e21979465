import { t } from "./i18n.js"

/** In order of preference: AAC plays in every browser, Opus not on older phones of Apple. */
const TYPES = [
  "audio/mp4;codecs=mp4a.40.2",
  "audio/webm;codecs=opus",
  "audio/ogg;codecs=opus",
  "audio/webm",
  "audio/mp4",
]
const BITS_PER_SECOND = 64_000
/** So much is lost at most if recording ends with an error. */
const PIECE_MILLISECONDS = 1_000

/** Why nothing can be recorded; its message is for the user. */
export class MicrophoneError extends Error {
  name = "MicrophoneError"
}

/** Ask for the microphone. Resolves with a Microphone, which has to be closed, or rejects with a MicrophoneError. */
export async function openMicrophone(browser = globalThis) {
  const devices = browser.navigator.mediaDevices
  if (!devices?.getUserMedia || !browser.MediaRecorder) throw new MicrophoneError(whyUnsupported(browser))
  try {
    return new Microphone(await devices.getUserMedia({ audio: true }), browser)
  } catch (error) {
    throw new MicrophoneError(sentenceFor(error), { cause: error })
  }
}

/** The microphone, which records into one file. `ended` is called if it stops by itself, as when it is unplugged. */
export class Microphone {
  ended = () => {}
  size = 0
  #pieces = []

  constructor(stream, browser) {
    const mimeType = TYPES.find(type => browser.MediaRecorder.isTypeSupported(type))
    this.stream = stream
    this.recorder = new browser.MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND })
    this.meter = makeMeter(stream, browser)
    this.recorder.addEventListener("dataavailable", ({ data }) => this.#add(data))
    this.whenStopped = new Promise(resolve => this.recorder.addEventListener("stop", resolve))
    this.whenStopped.then(() => this.ended())
  }

  start() {
    this.recorder.start(PIECE_MILLISECONDS)
  }

  pause() {
    if (this.recorder.state === "recording") this.recorder.pause()
  }

  resume() {
    if (this.recorder.state === "paused") this.recorder.resume()
  }

  /** Stop, and return what was recorded as a Blob. It may be empty. */
  async stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop()
    await this.whenStopped
    return new Blob(this.#pieces, { type: this.recorder.mimeType.split(";")[0] })
  }

  /** How loud it is now, from 0 to 1; null if the browser cannot tell. */
  level() {
    return this.meter?.level() ?? null
  }

  close() {
    this.ended = () => {}
    for (const track of this.stream.getTracks()) track.stop()
    this.meter?.close()
  }

  #add(piece) {
    this.#pieces.push(piece)
    this.size += piece.size
  }
}

function makeMeter(stream, { AudioContext }) {
  try {
    const context = new AudioContext()
    const analyser = new AnalyserNode(context, { fftSize: 4096 })
    const samples = new Float32Array(analyser.fftSize)
    context.createMediaStreamSource(stream).connect(analyser)
    context.resume().catch(() => {})
    return { level: () => loudest(analyser, samples), close: () => context.close().catch(() => {}) }
  } catch {
    return null
  }
}

function loudest(analyser, samples) {
  analyser.getFloatTimeDomainData(samples)
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
}

function whyUnsupported({ isSecureContext }) {
  if (isSecureContext) return t("This browser can't record. Record with another app, and choose the file.")
  return t("Browsers record only on pages with HTTPS. Ask this site's administrator to turn on HTTPS.")
}

function sentenceFor({ name }) {
  if (name === "NotAllowedError" || name === "SecurityError")
    return t(
      "This site may not use your microphone. Allow it in your browser's settings for this site, then try again.",
    )
  if (name === "NotFoundError" || name === "OverconstrainedError")
    return t("No microphone was found. Connect one, then try again.")
  if (name === "NotReadableError" || name === "AbortError")
    return t("Your microphone can't be used. Close other programs that use it, then try again.")
  return t("Recording doesn't work right now. Try again, or choose a file.")
}
