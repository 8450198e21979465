import assert from "node:assert/strict"
import test from "node:test"
import { makeRows } from "../../static/js/helpers/timeline-rows.js"

const ME = 1
let last = 0

function said(minute, { author = 2, kind = "text", day = 20, key = null } = {}) {
  last += 1
  const created_at = new Date(2026, 10, day, 9, minute).toISOString()
  return { id: last, posted_seq: last, seq: last, kind, key, author: { id: author }, created_at }
}

const shape = rows => rows.map(({ kind, continues }) => (continues ? `${kind}+` : kind)).join(" ")

test("one author within five minutes stands under one head", () => {
  const messages = [said(0), said(4), said(10), said(11, { author: 3 }), said(12)]
  assert.equal(shape(makeRows({ messages, me: ME })), "day message message+ message message message")
})

test('a system line, a new day and the "New" line start a new group', () => {
  const messages = [said(0), said(1, { kind: "system" }), said(2), said(0, { day: 21 }), said(1, { day: 21 })]
  assert.equal(shape(makeRows({ messages, me: ME })), "day message system message day message message+")
  const { posted_seq: newAfter } = messages[3]
  assert.equal(shape(makeRows({ messages, me: ME, newAfter })), "day message system message day message new message")
})

test('the "New" line appears once, and not above own messages or system lines', () => {
  const messages = [said(0), said(1, { author: ME }), said(2, { kind: "system" }), said(3), said(4)]
  const rows = makeRows({ messages, me: ME, newAfter: messages[0].posted_seq })
  assert.equal(shape(rows), "day message message system new message message+")
})

test("pending messages stand last, once, and continue my own", () => {
  const at = new Date(2026, 10, 20, 9, 2).getTime()
  const messages = [said(0), said(1, { author: ME, key: "a" })]
  const pending = [
    { key: "a", at },
    { key: "b", at },
  ]
  const rows = makeRows({ messages, pending, me: ME })
  assert.equal(shape(rows), "day message message pending+")
  assert.equal(rows.at(-1).entry.key, "b")
})

test("no key stands twice", () => {
  const messages = Array.from({ length: 50 }, (_, index) => said(index))
  const keys = makeRows({ messages, me: ME, newAfter: messages[20].posted_seq }).map(({ key }) => key)
  assert.equal(new Set(keys).size, keys.length)
})
