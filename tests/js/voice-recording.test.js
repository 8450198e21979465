import assert from "node:assert/strict"
import test from "node:test"
import { openMicrophone } from "../../static/js/helpers/microphone.js"
import { BARS } from "../../static/js/helpers/waveform.js"
import { VoiceRecording } from "../../static/js/models/voice-recording.js"
import { FakeClock, settle } from "./fakes.js"

class FakeMicrophone {
  size = 0
  loudness = 0.5
  did = []
  pieces = ["sound"]

  start = () => this.did.push("start")
  pause = () => this.did.push("pause")
  resume = () => this.did.push("resume")
  close = () => this.did.push("close")
  level = () => this.loudness
  stop = async () => new Blob(this.pieces, { type: "audio/mp4" })
}

async function record(options = {}) {
  const microphone = new FakeMicrophone()
  const clock = new FakeClock()
  const now = () => new Date(2026, 1, 3, 4, 5, 6)
  const recording = new VoiceRecording({ open: async () => microphone, clock, now, ...options })
  await recording.begin()
  return { recording, microphone, clock }
}

test("a recording becomes a file with the time it recorded, without its pauses", async () => {
  const { recording, microphone, clock } = await record()
  assert.equal(recording.state, "recording")
  clock.pass(2_000)
  recording.pause()
  clock.pass(60_000)
  assert.deepEqual([recording.state, recording.seconds], ["paused", 2])
  recording.resume()
  microphone.loudness = 1
  clock.pass(1_000)
  await recording.stop()
  assert.equal(recording.state, "recorded")
  assert.deepEqual(microphone.did, ["start", "pause", "resume", "close"])
  const { file } = recording
  assert.deepEqual([file.name, file.type, file.size], ["Voice message 2026-02-03 04.05.06.m4a", "audio/mp4", 5])
  assert.deepEqual([file.facts.voice, file.facts.duration], [true, 3])
  const bars = [...Buffer.from(file.facts.waveform, "base64")]
  assert.deepEqual([bars.length, bars[0], bars.at(-1)], [BARS, 128, 255])
  assert.ok(bars.filter(bar => bar === 128).length > 35) // two thirds of the time
})

test("a hidden page, where timers are slow, still measures the time and spreads the levels", async () => {
  const clock = new FakeClock()
  const { setTimeout } = clock
  clock.setTimeout = act => setTimeout(act, 1_000)
  const { recording, microphone } = await record({ clock })
  clock.pass(2_000)
  microphone.loudness = 1
  clock.pass(2_500)
  const sent = recording.stop()
  assert.equal(recording.stop(), sent)
  await sent
  assert.equal(recording.file.facts.duration, 4.5)
  const bars = [...Buffer.from(recording.file.facts.waveform, "base64")]
  assert.deepEqual([bars.filter(bar => bar === 128).length, bars.filter(bar => bar === 255).length], [31, 29]) // the first tick is at once
})

test("it ends by itself at its limits, and when the microphone is unplugged, and keeps what it has", async () => {
  const long = await record()
  long.clock.pass(3_600_000)
  await settle()
  assert.deepEqual([long.recording.state, long.recording.file.facts.duration], ["recorded", 3600])
  assert.match(long.recording.reason, /at most 60 minutes/)

  const large = await record({ mostBytes: 1000 })
  large.microphone.size = 960
  large.clock.pass(50)
  await settle()
  assert.deepEqual([large.recording.state, large.recording.reason], ["recorded", "A file has at most 1 kB."])

  const unplugged = await record()
  unplugged.clock.pass(500)
  unplugged.microphone.ended()
  await settle()
  assert.deepEqual([unplugged.recording.state, unplugged.recording.file.facts.duration], ["recorded", 0.5])
  assert.match(unplugged.recording.reason, /was disconnected/)
})

test("silence is noticed after a while, and again after a pause", async () => {
  const { recording, microphone, clock } = await record()
  microphone.loudness = 0
  clock.pass(2_900)
  assert.equal(recording.isSilent, false)
  clock.pass(200)
  assert.equal(recording.isSilent, true)
  microphone.loudness = 0.2
  clock.pass(50)
  assert.equal(recording.isSilent, false)
})

test("a discarded recording lets the microphone go, also one that is allowed too late", async () => {
  const { recording, microphone } = await record()
  recording.discard()
  assert.deepEqual([recording.state, recording.file, microphone.did.at(-1)], ["discarded", null, "close"])
  const late = new FakeMicrophone()
  const cancelled = new VoiceRecording({ open: async () => late, clock: new FakeClock() })
  const begun = cancelled.begin()
  cancelled.discard()
  await begun
  assert.deepEqual([cancelled.state, late.did], ["discarded", ["close"]])
})

test("without a sound or a microphone there is a sentence, and one can try again", async () => {
  const { recording, microphone } = await record()
  microphone.pieces = []
  await recording.stop()
  assert.deepEqual([recording.state, recording.error], ["failed", "Nothing was recorded. Try again."])
  microphone.pieces = ["sound"]
  await recording.begin()
  assert.deepEqual([recording.state, recording.error], ["recording", null])
})

test("each reason of a browser has its sentence", async () => {
  const refusing = name => ({ mediaDevices: { getUserMedia: async () => Promise.reject(new DOMException("", name)) } })
  const sentence = async browser => {
    const recording = new VoiceRecording({ open: () => openMicrophone(browser), clock: new FakeClock() })
    await recording.begin()
    assert.equal(recording.state, "failed")
    return recording.error
  }
  const MediaRecorder = class {}
  assert.match(await sentence({ MediaRecorder, navigator: refusing("NotAllowedError") }), /^This site may not use/)
  assert.match(await sentence({ MediaRecorder, navigator: refusing("NotFoundError") }), /^No microphone was found/)
  assert.match(await sentence({ MediaRecorder, navigator: refusing("NotReadableError") }), /^Your microphone can't be/)
  assert.match(await sentence({ MediaRecorder, navigator: refusing("OddError") }), /^Recording doesn't work/)
  assert.match(await sentence({ MediaRecorder, navigator: {}, isSecureContext: false }), /HTTPS/)
  assert.match(await sentence({ navigator: refusing("OddError"), isSecureContext: true }), /^This browser can't record/)
})
