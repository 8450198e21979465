import { kindOf } from "./file-words.js"
import { encodeWaveform } from "./waveform.js"

/** An upload waits no longer for its facts. */
const MOST_MILLISECONDS = 3_000
/** A sound is decoded as a whole: a minute of stereo takes 23 MB for a moment. */
const DECODED_BYTES = 10 * 1024 * 1024
const DECODED_SECONDS = 180
const DECODED_RATE = 8_000
/** The bounds of docs/files.md: an upload with other facts would be refused. */
const LONGEST_SECONDS = 7 * 24 * 3600
const MOST_PIXELS = 100_000
/** Later than the end of any recording. Browsers go to its end, and then know where that is. */
const AFTER_THE_END = 1e7

const ownBrowser = {
  makeElement: tag => document.createElement(tag),
  decode: decodeSamples,
  setTimeout: (act, delay) => setTimeout(act, delay),
}
/** One sound is decoded at a time, however many files are chosen. */
let lastDecoding = Promise.resolve()

/**
 * Measure what only the browser knows about a file: `width`, `height`, `duration` in seconds, `waveform` in base64.
 * What is unknown after three seconds is left out. It never rejects.
 */
export async function measureFacts(file, browser = ownBrowser) {
  const facts = {}
  const measure = { image: measureImage, audio: measureAudio, video: measureVideo }[kindOf(file.type)]
  if (!measure) return facts
  const isLate = new Promise(resolve => browser.setTimeout(resolve, MOST_MILLISECONDS))
  await Promise.race([measure(file, facts, browser).catch(() => {}), isLate])
  return { ...facts }
}

async function measureImage(file, facts, browser) {
  await withElement("img", file, browser, async image => {
    await happens(image, "load")
    addSides(facts, image.naturalWidth, image.naturalHeight)
  })
}

async function measureVideo(file, facts, browser) {
  await withElement("video", file, browser, async video => {
    await happens(video, "loadedmetadata")
    addSides(facts, video.videoWidth, video.videoHeight)
    await addDuration(facts, video)
  })
}

async function measureAudio(file, facts, browser) {
  await withElement("audio", file, browser, async audio => {
    await happens(audio, "loadedmetadata")
    await addDuration(facts, audio)
  })
  if (file.size > DECODED_BYTES || !(facts.duration <= DECODED_SECONDS)) return
  const decoding = lastDecoding.then(() => browser.decode(file))
  lastDecoding = decoding.catch(() => {})
  facts.waveform = encodeWaveform(await decoding)
}

async function withElement(tag, file, { makeElement }, measure) {
  const element = makeElement(tag)
  const url = URL.createObjectURL(file)
  try {
    element.preload = "metadata"
    element.src = url
    await measure(element)
  } finally {
    element.removeAttribute("src")
    URL.revokeObjectURL(url)
  }
}

function addSides(facts, width, height) {
  if ([width, height].every(side => side > 0 && side <= MOST_PIXELS)) Object.assign(facts, { width, height })
}

/** What a browser has recorded itself does not name its duration: it is known at the end. */
async function addDuration(facts, medium) {
  if (medium.duration === Number.POSITIVE_INFINITY) {
    medium.currentTime = AFTER_THE_END
    while (medium.duration === Number.POSITIVE_INFINITY) await happens(medium, "durationchange")
  }
  if (medium.duration > 0 && medium.duration <= LONGEST_SECONDS)
    facts.duration = Math.round(medium.duration * 100) / 100
}

function happens(element, type) {
  return new Promise((resolve, reject) => {
    element.addEventListener(type, resolve, { once: true })
    element.addEventListener("error", reject, { once: true })
  })
}

async function decodeSamples(file) {
  const context = new OfflineAudioContext(1, 1, DECODED_RATE)
  const sound = await context.decodeAudioData(await file.arrayBuffer())
  return sound.getChannelData(0)
}
