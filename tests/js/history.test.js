import assert from "node:assert/strict"
import test from "node:test"
import { History, WINDOW } from "../../static/js/models/history.js"

const message = (position, seq = position) => ({ id: position, posted_seq: position, seq })
const run = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index))
const page = (from, to, more_before = true, more_after = false) => ({
  messages: run(from, to),
  more_before,
  more_after,
})
const places = ({ messages }) => messages.map(({ posted_seq }) => posted_seq)
const span = history => [history.oldest.posted_seq, history.newest.posted_seq, history.messages.length]

function loaded(...bounds) {
  const history = new History()
  history.takeLatest(page(...bounds))
  return history
}

test("new messages join at the end, changed ones stay in their place", () => {
  const history = loaded(5, 7)
  history.apply(message(8))
  history.apply(message(6, 9))
  assert.deepEqual(places(history), [5, 6, 7, 8])
  assert.equal(history.get(6).seq, 9)
})

test("an older state of a message changes nothing", () => {
  const history = loaded(5, 7)
  history.apply(message(6, 9))
  history.apply(message(6, 8))
  history.takeLatest(page(5, 7))
  assert.equal(history.get(6).seq, 9)
})

test("a message above the loaded ones is not inserted", () => {
  const history = loaded(5, 7)
  history.apply(message(2, 9))
  assert.deepEqual(places(history), [5, 6, 7])
})

test("events may come out of order", () => {
  const history = loaded(1, 2, false)
  history.apply(message(4))
  history.apply(message(3))
  assert.deepEqual(places(history), [1, 2, 3, 4])
})

test("away from the end, new messages wait until the end is loaded", () => {
  const history = new History()
  history.replace(page(5, 7, true, true))
  history.apply(message(11))
  assert.deepEqual(places(history), [5, 6, 7])
  history.append(page(8, 10, true, false))
  assert.deepEqual(places(history), [5, 6, 7, 8, 9, 10, 11])
})

test("the newest page is merged if it overlaps, and replaces otherwise", () => {
  const history = loaded(5, 7)
  history.takeLatest(page(6, 9))
  assert.deepEqual(places(history), [5, 6, 7, 8, 9])
  history.takeLatest(page(20, 22))
  assert.deepEqual(places(history), [20, 21, 22])
})

test("a page that was read before an event does not undo it", () => {
  const history = loaded(5, 7)
  history.apply(message(8))
  history.apply(message(6, 9))
  history.replace(page(5, 7))
  assert.deepEqual(places(history), [5, 6, 7, 8])
  assert.equal(history.get(6).seq, 9)
  history.replace(page(1, 6, false, true))
  assert.deepEqual(places(history), [1, 2, 3, 4, 5, 6])
  assert.equal(history.get(6).seq, 9)
})

test("a reset drops everything that was loaded", () => {
  const history = loaded(5, 7)
  history.apply(message(8))
  history.reset(page(5, 7))
  assert.deepEqual(places(history), [5, 6, 7])
})

test("scrolling far up lets the end go, scrolling down the beginning", () => {
  const history = loaded(9951, 10_000)
  for (let first = 9_951; first > 1_001; first -= 50) history.prepend(page(first - 50, first - 1))
  assert.deepEqual(span(history), [1_001, 1_000 + WINDOW, WINDOW])
  assert.ok(history.moreAfter)
  const { newest } = history
  history.append(page(newest.posted_seq + 1, newest.posted_seq + 50, true, true))
  assert.deepEqual(span(history), [1_051, 1_050 + WINDOW, WINDOW])
  assert.ok(history.moreBefore)
})

test("a background room keeps its maximum of messages", () => {
  const history = loaded(1, 50, false)
  for (const next of run(51, 2_000)) {
    history.apply(next)
    history.trimBefore()
  }
  assert.deepEqual(span(history), [2_001 - WINDOW, 2_000, WINDOW])
  assert.ok(history.moreBefore)
})
