import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import test from "node:test"
import { CommandError, decode, encode, isReply, mayComeBack } from "../../static/js/realtime/protocol.js"
import { TopicCursor } from "../../static/js/realtime/topic-cursor.js"

const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8")
const examples = [...page.matchAll(/```json\n(.*?)```/gs)].flatMap(([, block]) => block.trim().split("\n"))

test("every example of the protocol's page is one object on one line", () => {
  assert.ok(examples.length > 10)
  for (const line of examples) assert.equal(decode(line).length, 1, line)
})

test("the examples tell commands, replies and events apart", () => {
  const objects = examples.flatMap(decode)
  const replies = objects.filter(isReply)
  assert.ok(replies.length >= 3)
  assert.ok(replies.every(reply => "ref" in reply && !("type" in reply)))
  assert.ok(objects.filter(object => object.topic && !("ref" in object)).length >= 7)
})

test("a command is written as in the example", () => {
  const example = decode(examples.find(line => line.includes("message.post")))[0]
  const written = JSON.parse(encode(example.ref, example.type, example.topic, example.data))
  assert.deepEqual(written, example)
})

test("an error of the example becomes a CommandError that knows how long to wait", () => {
  const { error } = decode(examples.find(line => line.includes("rate_limited")))[0]
  const refusal = new CommandError(error)
  assert.deepEqual([refusal.code, refusal.retry, refusal.retryAfter], ["rate_limited", true, 2.5])
})

test("a close code's range tells whether to reconnect", () => {
  const codes = [...page.matchAll(/^\| (4\d{3}) \|/gm)].map(([, code]) => Number(code))
  assert.ok(codes.length >= 8)
  for (const code of codes) assert.equal(mayComeBack(code), code < 4500, code)
  assert.ok(mayComeBack(1006) && mayComeBack(1012))
})

test("a frame holds several lines, and a broken one spoils no other", () => {
  assert.deepEqual(decode('{"a":1}\nnot json\n[1]\n{"b":2}'), [{ a: 1 }, { b: 2 }])
})

test("the example of an overtaken run is applied from its prev and is a gap without it", () => {
  const event = decode(examples.find(line => line.includes('"prev"')))[0]
  assert.equal(new TopicCursor(event.prev).check(event), "apply")
  assert.equal(new TopicCursor(event.prev - 1).check(event), "gap")
  assert.equal(new TopicCursor(event.seq).check(event), "drop")
})
