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

test("an event after a gap that the server skipped is not applied", () => {
  const timeline = new Timeline(12)
  assert.equal(timeline.judge({ seq: 1113, prev: 1112 }), "gap")
  timeline.asked()
  assert.equal(timeline.judge({ seq: 1114, prev: 1112 }), "drop")
  assert.equal(timeline.cursor, 12)
})

test("after a reset the cursor stays until the state has arrived", () => {
  const timeline = new Timeline(900)
  timeline.asked()
  timeline.startOver(70)
  assert.deepEqual([timeline.cursor, timeline.isStartingOver, timeline.isBehind(1000)], [900, true, false])
  assert.deepEqual(timeline.startedOver(), [])
  assert.deepEqual([timeline.cursor, timeline.isStartingOver], [70, false])
})

test("what comes while the state is fetched is kept, and judged again from where the state stands", () => {
  const timeline = new Timeline(12)
  timeline.asked()
  timeline.startOver(70)
  assert.deepEqual(verdicts(timeline, 71, undefined, 72, 73), ["keep", "apply", "keep", "keep"])
  const kept = timeline.startedOver(72)
  assert.deepEqual(
    kept.map(event => [event.seq, timeline.judge(event)]),
    [
      [71, "drop"],
      [72, "drop"],
      [73, "apply"],
    ],
  )
})

test("of more than can be kept the newest stay, and leave a gap", () => {
  const timeline = new Timeline(12)
  timeline.asked()
  timeline.startOver(70)
  for (let seq = 71; seq <= 700; seq += 1) timeline.judge({ seq })
  const kept = timeline.startedOver()
  assert.deepEqual([kept.length, kept.at(-1).seq, timeline.judge(kept[0])], [500, 700, "gap"])
})

test("a line that breaks before the state is there leaves the old cursor", () => {
  const timeline = new Timeline(12)
  timeline.asked()
  timeline.startOver(70)
  timeline.judge({ seq: 71 })
  timeline.interrupt()
  assert.deepEqual([timeline.cursor, timeline.isStartingOver, timeline.isBehind(71)], [12, false, true])
})

test("nobody is behind while the reply is out", () => {
  const timeline = new Timeline(1)
  timeline.asked()
  assert.ok(!timeline.isBehind(9))
  timeline.interrupt()
  assert.ok(timeline.isBehind(9))
})
