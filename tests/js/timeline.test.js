import assert from "node:assert/strict"
import test from "node:test"
import { Timeline } from "../../static/js/realtime/timeline.js"

const verdicts = (timeline, ...seqs) => seqs.map(seq => timeline.judge({ seq }))

test("events in a row are applied, repeats are dropped", () => {
  const timeline = new Timeline(5)
  assert.deepEqual(verdicts(timeline, 6, 7, 7, 6, 8), ["apply", "apply", "drop", "drop", "apply"])
  assert.equal(timeline.cursor, 8)
})

test("a hole is a gap, and the cursor stays before it", () => {
  const timeline = new Timeline(5)
  assert.deepEqual(verdicts(timeline, 7), ["gap"])
  assert.equal(timeline.cursor, 5)
})

test("what is not numbered is always applied", () => {
  assert.equal(new Timeline(5).judge({}), "apply")
})

test("an event that was on its way when we asked comes again in its turn", () => {
  const timeline = new Timeline(10)
  assert.deepEqual(verdicts(timeline, 12), ["gap"])
  timeline.asked()
  assert.deepEqual(verdicts(timeline, 13, 11, 12, 13), ["drop", "apply", "apply", "apply"])
  timeline.caughtUp(13)
  assert.deepEqual([timeline.cursor, ...verdicts(timeline, 13, 14)], [13, "drop", "apply"])
})

test("what follows at once is applied while the reply is out, and not twice", () => {
  const timeline = new Timeline(10)
  timeline.asked()
  assert.deepEqual(verdicts(timeline, 11, 11, 12), ["apply", "drop", "apply"])
  timeline.caughtUp(12)
  assert.equal(timeline.cursor, 12)
})

test("a reset takes the head even when it lies behind us", () => {
  const timeline = new Timeline(900)
  timeline.asked()
  timeline.caughtUp(70, { reset: true })
  assert.equal(timeline.cursor, 70)
})

test("nobody is behind while the reply is out", () => {
  const timeline = new Timeline(1)
  timeline.asked()
  assert.ok(!timeline.isBehind(9))
  timeline.interrupt()
  assert.ok(timeline.isBehind(9))
})
