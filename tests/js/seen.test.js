import assert from "node:assert/strict"
import test from "node:test"
import { Attention } from "../../static/js/models/attention.js"
import { OwnPresence } from "../../static/js/models/own-presence.js"
import { seenUpTo } from "../../static/js/models/seen.js"
import { FakeClock } from "./fakes.js"

const message = (position, change = {}) => ({
  posted_seq: position,
  kind: "text",
  author: { id: 2 },
  deleted_at: null,
  ...change,
})

/** Messages at these positions, seen up to 10, and those on the screen. */
function see(messages, [from, to], { unread = 5, moreBefore = false, seen = 10 } = {}) {
  return seenUpTo({ history: { messages, moreBefore, oldest: messages[0] }, unread, me: 1, seen, from, to })
}

test("messages on the screen below the read position are read", () => {
  const messages = [9, 10, 12, 13, 14].map(position => message(position))
  assert.equal(see(messages, [9, 13]), 13)
  assert.equal(see(messages, [12, 14]), 14)
  assert.equal(see(messages, [9, 10]), 10)
})

test("nothing is read behind a message that was jumped over", () => {
  const messages = [10, 12, 13, 14].map(position => message(position))
  assert.equal(see(messages, [13, 14]), 10)
})

test("nor above what is loaded", () => {
  const messages = [80, 81].map(position => message(position))
  assert.equal(see(messages, [80, 81], { moreBefore: true }), 10)
  assert.equal(see(messages, [80, 81], { moreBefore: true, unread: 0 }), 81)
})

test("messages that do not count as unread may be skipped", () => {
  const skipped = [
    message(11, { author: { id: 1 } }),
    message(12, { kind: "system" }),
    message(13, { deleted_at: "now" }),
  ]
  assert.equal(see([message(10), ...skipped, message(14)], [14, 14]), 14)
})

test("attention needs a visible, focused page with recent input", () => {
  const clock = new FakeClock()
  const [page, sent] = [{ hidden: false, focused: true }, []]
  const ownPresence = new OwnPresence({ clock, send() {} })
  const attention = new Attention({ ownPresence, page: { isHidden: () => page.hidden, isFocused: () => page.focused } })
  attention.on(() => sent.push(attention.isActive))
  assert.equal(attention.isActive, true)
  page.focused = false
  assert.equal(attention.isActive, false)
  Object.assign(page, { focused: true, hidden: true })
  assert.equal(attention.isActive, false)
  page.hidden = false
  clock.pass(5 * 60_000)
  ownPresence.recordActivity()
  assert.deepEqual(sent, [false, true])
})
