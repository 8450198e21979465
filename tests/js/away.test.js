import assert from "node:assert/strict"
import test from "node:test"
import { Away } from "../../static/js/models/away.js"
import { FakeClock } from "./fakes.js"

const MINUTE = 60_000

function begin() {
  const clock = new FakeClock()
  const told = []
  return { clock, told, away: new Away({ clock, tell: state => told.push(state) }) }
}

test("five minutes without a touch are away, a touch is back at once", () => {
  const { clock, told, away } = begin()
  clock.pass(4 * MINUTE)
  away.touched()
  clock.pass(4 * MINUTE)
  assert.deepEqual(told, [])
  clock.pass(MINUTE)
  assert.deepEqual(told, ["away"])
  away.touched()
  assert.deepEqual(told, ["away", "online"])
})

test("a new line is told that I am away, and nothing when I am here", () => {
  const { clock, told, away } = begin()
  away.connected()
  assert.deepEqual(told, [])
  clock.pass(5 * MINUTE)
  away.connected()
  assert.deepEqual(told, ["away", "away"])
})

test("do not disturb is what others see, touched or not, and a new connection is told", () => {
  const { clock, told, away } = begin()
  away.keepQuiet(true)
  clock.pass(5 * MINUTE)
  away.touched()
  assert.equal(away.state, "quiet")
  away.connected()
  assert.deepEqual(told, ["quiet", "quiet"])
  assert.equal(away.isAway, false)
  clock.pass(5 * MINUTE)
  assert.equal(away.isAway, true)
  away.keepQuiet(false)
  assert.deepEqual(told, ["quiet", "quiet", "away"])
})
