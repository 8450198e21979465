import assert from "node:assert/strict"
import test from "node:test"
import { OwnPresence } from "../../static/js/models/own-presence.js"
import { FakeClock } from "./fakes.js"

const MINUTE = 60_000

function begin() {
  const clock = new FakeClock()
  const sent = []
  return { clock, sent, ownPresence: new OwnPresence({ clock, send: state => sent.push(state) }) }
}

test("five minutes without a touch are away, a touch is back at once", () => {
  const { clock, sent, ownPresence } = begin()
  clock.pass(4 * MINUTE)
  ownPresence.recordActivity()
  clock.pass(4 * MINUTE)
  assert.deepEqual(sent, [])
  clock.pass(MINUTE)
  assert.deepEqual(sent, ["away"])
  ownPresence.recordActivity()
  assert.deepEqual(sent, ["away", "online"])
})

test('a new connection is sent "away", but not "online"', () => {
  const { clock, sent, ownPresence } = begin()
  ownPresence.connected()
  assert.deepEqual(sent, [])
  clock.pass(5 * MINUTE)
  ownPresence.connected()
  assert.deepEqual(sent, ["away", "away"])
})

test('"quiet" is sent despite input, and again on a new connection', () => {
  const { clock, sent, ownPresence } = begin()
  ownPresence.setQuiet(true)
  clock.pass(5 * MINUTE)
  ownPresence.recordActivity()
  assert.equal(ownPresence.state, "quiet")
  ownPresence.connected()
  assert.deepEqual(sent, ["quiet", "quiet"])
  assert.equal(ownPresence.isAway, false)
  clock.pass(5 * MINUTE)
  assert.equal(ownPresence.isAway, true)
  ownPresence.setQuiet(false)
  assert.deepEqual(sent, ["quiet", "quiet", "away"])
})
