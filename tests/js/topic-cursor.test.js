import assert from "node:assert/strict"
import test from "node:test"
import { TopicCursor } from "../../static/js/realtime/topic-cursor.js"

const verdicts = (cursor, ...seqs) => seqs.map(seq => cursor.check({ seq }))

test("events in a row are applied, repeats are dropped", () => {
  const cursor = new TopicCursor(5)
  assert.deepEqual(verdicts(cursor, 6, 7, 7, 6, 8), ["apply", "apply", "drop", "drop", "apply"])
  assert.equal(cursor.seq, 8)
})

test("missing events are a gap, and the cursor stays before it", () => {
  const cursor = new TopicCursor(5)
  assert.deepEqual(verdicts(cursor, 7), ["gap"])
  assert.equal(cursor.seq, 5)
})

test("ephemeral events are always applied", () => {
  assert.equal(new TopicCursor(5).check({}), "apply")
})

test("an event that was on its way when we asked comes again in its turn", () => {
  const cursor = new TopicCursor(10)
  assert.deepEqual(verdicts(cursor, 12), ["gap"])
  cursor.asked()
  assert.deepEqual(verdicts(cursor, 13, 11, 12, 13), ["drop", "apply", "apply", "apply"])
  cursor.caughtUp(13)
  assert.deepEqual([cursor.seq, ...verdicts(cursor, 13, 14)], [13, "drop", "apply"])
})

test("the next event is applied while a subscribe is in flight, and not twice", () => {
  const cursor = new TopicCursor(10)
  cursor.asked()
  assert.deepEqual(verdicts(cursor, 11, 11, 12), ["apply", "drop", "apply"])
  cursor.caughtUp(12)
  assert.equal(cursor.seq, 12)
})

test("an event after a gap that the server skipped is not applied", () => {
  const cursor = new TopicCursor(12)
  assert.equal(cursor.check({ seq: 1113, prev: 1112 }), "gap")
  cursor.asked()
  assert.equal(cursor.check({ seq: 1114, prev: 1112 }), "drop")
  assert.equal(cursor.seq, 12)
})

test("after a reset the cursor stays until the state has arrived", () => {
  const cursor = new TopicCursor(900)
  cursor.asked()
  cursor.reset(70)
  assert.deepEqual([cursor.seq, cursor.isResetting, cursor.isBehind(1000)], [900, true, false])
  assert.deepEqual(cursor.finishReset(), [])
  assert.deepEqual([cursor.seq, cursor.isResetting], [70, false])
})

test("events are held while the state is fetched, and checked again from its seq", () => {
  const cursor = new TopicCursor(12)
  cursor.asked()
  cursor.reset(70)
  assert.deepEqual(verdicts(cursor, 71, undefined, 72, 73), ["hold", "apply", "hold", "hold"])
  const kept = cursor.finishReset(72)
  assert.deepEqual(
    kept.map(event => [event.seq, cursor.check(event)]),
    [
      [71, "drop"],
      [72, "drop"],
      [73, "apply"],
    ],
  )
})

test("beyond the limit the newest events are held, and leave a gap", () => {
  const cursor = new TopicCursor(12)
  cursor.asked()
  cursor.reset(70)
  for (let seq = 71; seq <= 700; seq += 1) cursor.check({ seq })
  const kept = cursor.finishReset()
  assert.deepEqual([kept.length, kept.at(-1).seq, cursor.check(kept[0])], [500, 700, "gap"])
})

test("a connection lost before the state arrives leaves the old cursor", () => {
  const cursor = new TopicCursor(12)
  cursor.asked()
  cursor.reset(70)
  cursor.check({ seq: 71 })
  cursor.interrupt()
  assert.deepEqual([cursor.seq, cursor.isResetting, cursor.isBehind(71)], [12, false, true])
})

test("no topic is behind while a subscribe is in flight", () => {
  const cursor = new TopicCursor(1)
  cursor.asked()
  assert.ok(!cursor.isBehind(9))
  cursor.interrupt()
  assert.ok(cursor.isBehind(9))
})
