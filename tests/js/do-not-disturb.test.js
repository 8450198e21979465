import assert from "node:assert/strict"
import test from "node:test"
import { DoNotDisturb } from "../../static/js/models/do-not-disturb.js"
import { FakeClock } from "./fakes.js"

test("it ends by itself, and the last choice holds", () => {
  const clock = new FakeClock()
  const at = milliseconds => new Date(clock.now() + milliseconds).toISOString()
  const quiet = new DoNotDisturb(at(1_000), clock)
  let sent = 0
  quiet.on(() => {
    sent += 1
  })
  const later = at(3_000)
  quiet.take(later)
  clock.pass(2_999)
  assert.equal(quiet.until, later)
  clock.pass(1)
  assert.equal(quiet.until, null)
  assert.equal(sent, 2)
  quiet.take(at(-1))
  assert.equal(quiet.until, null)
})
