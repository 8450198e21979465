import assert from "node:assert/strict"
import test from "node:test"
import { Announcements } from "../../static/js/models/announcements.js"
import { FakeClock } from "./fakes.js"

const HOUR = 3_600_000

function one(id, until = HOUR) {
  return { id, text: `number ${id}`, url: "", expires_at: new Date(until).toISOString() }
}

function begin({ announcements = [], dismissed = [], now = 0 } = {}) {
  const clock = new FakeClock()
  return { clock, it: new Announcements({ announcements, dismissed, now }, { clock }) }
}

function ids(announcements) {
  return announcements.map(({ id }) => id)
}

test("two are shown, the newest first; the others are folded", () => {
  const { it } = begin({ announcements: [one(1), one(2)] })
  it.take(one(4))
  it.take(one(3))
  assert.deepEqual(
    [ids(it.shown), ids(it.folded)],
    [
      [4, 3],
      [2, 1],
    ],
  )
})

test("an expired announcement disappears, with a change event", () => {
  const { it, clock } = begin({ announcements: [one(1, 5_000), one(2)] })
  let sent = 0
  it.on(() => {
    sent += 1
  })
  clock.pass(4_000)
  assert.deepEqual([ids(it.current), sent], [[2, 1], 0])
  clock.pass(2_000)
  assert.deepEqual([ids(it.current), sent], [[2], 1])
})

test("one that lasts for months does not end at once: a browser's timers count in 32 bits", () => {
  const { it, clock } = begin({ announcements: [one(1, 90 * 24 * HOUR)] })
  clock.pass(89 * 24 * HOUR)
  assert.deepEqual(ids(it.current), [1])
  clock.pass(2 * 24 * HOUR)
  assert.deepEqual(ids(it.current), [])
})

test("the server's clock counts, not the browser's", () => {
  const { it } = begin({ announcements: [one(1, HOUR)], now: 2 * HOUR })
  assert.deepEqual(ids(it.current), [])
})

test("a dismissed announcement stays dismissed after a change and a reset", () => {
  const { it } = begin({ announcements: [one(1), one(2)], dismissed: [2] })
  assert.deepEqual(ids(it.current), [1])
  it.dismiss(1)
  it.take({ ...one(1), text: "changed" })
  it.reset({ announcements: [one(1), one(2), one(3)], dismissed: [2] })
  assert.deepEqual(ids(it.current), [3])
})

test("one that was taken back has expired", () => {
  const { it, clock } = begin({ announcements: [one(1)] })
  clock.pass(1000)
  it.take(one(1, 500))
  assert.deepEqual(ids(it.current), [])
})
