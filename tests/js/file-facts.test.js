import assert from "node:assert/strict"
import test from "node:test"
import { measureFacts } from "../../static/js/helpers/file-facts.js"
import { BARS, encodeWaveform, loudestOf } from "../../static/js/helpers/waveform.js"
import { FakeClock, settle } from "./fakes.js"

/** An element of a page: it fires an event soon after its `src` or `currentTime` is set, and has the facts of a file. */
class FakeElement extends EventTarget {
  constructor({ event, whenSought = {}, ...facts }) {
    super()
    Object.assign(this, facts, { event, whenSought })
  }

  set src(_) {
    if (this.event) queueMicrotask(() => this.dispatchEvent(new Event(this.event)))
  }

  set currentTime(_) {
    queueMicrotask(() => {
      Object.assign(this, this.whenSought)
      this.dispatchEvent(new Event("durationchange"))
    })
  }

  removeAttribute() {}
}

function browser(element, { decode = async () => [0.5, 1] } = {}) {
  const clock = new FakeClock()
  return { clock, makeElement: () => new FakeElement(element), decode, setTimeout: clock.setTimeout }
}

const file = (type, size = 9) => ({ __proto__: new Blob(["x".repeat(9)]), type, size })
const wave = encodeWaveform([0.5, 1])

test("images have sides, videos a duration too, and audio files a waveform", async t => {
  t.mock.method(URL, "createObjectURL", () => "blob:1")
  t.mock.method(URL, "revokeObjectURL", () => {})
  const measure = (type, element, more) => measureFacts(file(type), browser(element, more))
  const image = { event: "load", naturalWidth: 40, naturalHeight: 30 }
  assert.deepEqual(await measure("image/png", image), { width: 40, height: 30 })
  assert.deepEqual(await measure("image/svg+xml", { event: "load", naturalWidth: 0, naturalHeight: 0 }), {})
  const video = { event: "loadedmetadata", videoWidth: 640, videoHeight: 480, duration: 4.2345 }
  assert.deepEqual(await measure("video/mp4", video), { width: 640, height: 480, duration: 4.23 })
  const audio = { event: "loadedmetadata", duration: 2 }
  assert.deepEqual(await measure("audio/ogg", audio), { duration: 2, waveform: wave })
  const recorded = { event: "loadedmetadata", duration: Infinity, whenSought: { duration: 7 } }
  assert.deepEqual(await measure("audio/webm", recorded), { duration: 7, waveform: wave })
  assert.deepEqual(await measure("text/plain", {}), {})
})

test("what cannot be measured is left out, and delays no upload", async t => {
  t.mock.method(URL, "createObjectURL", () => "blob:1")
  const revoked = t.mock.method(URL, "revokeObjectURL", () => {})
  const never = () => Promise.reject(new Error("Not audio."))
  assert.deepEqual(await measureFacts(file("image/heic"), browser({ event: "error" })), {})
  const audio = { event: "loadedmetadata", duration: 2 }
  assert.deepEqual(await measureFacts(file("audio/ogg"), browser(audio, { decode: never })), { duration: 2 })
  const asked = t.mock.fn(never)
  const large = file("audio/ogg", 11 * 1024 * 1024)
  assert.deepEqual(await measureFacts(large, browser(audio, { decode: asked })), { duration: 2 })
  const long = browser({ ...audio, duration: 3600 }, { decode: asked })
  assert.deepEqual(await measureFacts(file("audio/ogg"), long), { duration: 3600 })
  assert.equal(asked.mock.callCount(), 0)
  assert.equal(revoked.mock.callCount(), 4)

  const slow = browser(audio, { decode: () => new Promise(() => {}) })
  const measuring = measureFacts(file("audio/ogg"), slow)
  await settle()
  slow.clock.pass(3_000)
  assert.deepEqual(await measuring, { duration: 2 })
})

test("a waveform has a byte for each bar, in proportion to the loudest", () => {
  const levels = Float32Array.from({ length: 8_000 }, (_, place) => (place === 4_000 ? -0.5 : 0.25))
  const bars = Buffer.from(encodeWaveform(levels), "base64")
  assert.equal(bars.length, BARS)
  assert.deepEqual([bars[0], bars[BARS / 2], Math.max(...bars)], [128, 255, 255])
  assert.deepEqual(loudestOf([0.1, 9], 4), [0.1, 0.1, 1, 1])
  assert.equal(Math.max(...Buffer.from(encodeWaveform([0.001]), "base64")), 13)
  assert.equal(encodeWaveform([]), null)
})
