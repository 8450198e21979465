import assert from "node:assert/strict"
import test from "node:test"
import { Typing } from "../../static/js/models/typing.js"
import { FakeClock } from "./fakes.js"

function begin() {
  const clock = new FakeClock()
  const sent = []
  return { clock, sent, typing: new Typing({ clock, send: room => sent.push(room) }) }
}

test("a typing user is shown for five seconds after the last notice", () => {
  const { clock, typing } = begin()
  typing.apply(1, { user: 9, name: "Zoe" })
  clock.pass(3_000)
  typing.apply(1, { user: 9, name: "Zoe" })
  clock.pass(4_900)
  assert.deepEqual([typing.names(1), typing.names(2)], [["Zoe"], []])
  clock.pass(100)
  assert.deepEqual(typing.names(1), [])
})

test("a message ends the typing of its author", () => {
  const { typing } = begin()
  typing.apply(1, { user: 9, name: "Zoe" })
  typing.stopped(1, 9)
  assert.deepEqual(typing.names(1), [])
})

test("own typing notices are sent every three seconds at most, per room, and again after posting", () => {
  const { clock, sent, typing } = begin()
  for (let key = 0; key < 40; key += 1) {
    typing.write(1)
    clock.pass(100)
  }
  assert.deepEqual(sent, [1, 1])
  typing.write(2)
  typing.sent(1)
  typing.write(1)
  assert.deepEqual(sent, [1, 1, 2, 1])
})
