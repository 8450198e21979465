import assert from "node:assert/strict"
import test from "node:test"
import { ReadMarker } from "../../static/js/models/read-marker.js"
import { CommandError } from "../../static/js/realtime/protocol.js"
import { FakeClock, settle } from "./fakes.js"

function begin({ readSeq = 0, answer = async () => ({}) } = {}) {
  const clock = new FakeClock()
  const [said, read] = [[], []]
  const client = {
    send: async (type, topic, { seq }) => {
      said.push([type, topic, seq])
      return answer()
    },
  }
  const rooms = { get: () => ({ unread: { readSeq } }), read: (...what) => read.push(what) }
  return { clock, said, read, readMarker: new ReadMarker({ client, rooms, receivedSeq: () => 99, clock }) }
}

test("half a second at the end reads all of it, also when more comes meanwhile", () => {
  const { clock, said, read, readMarker } = begin()
  readMarker.markSoon(1, 10)
  clock.pass(400)
  readMarker.markSoon(1, 11)
  assert.deepEqual(said, [])
  clock.pass(100)
  assert.deepEqual([said, read], [[["room.read", "room.1", 11]], [[1, 11, 99]]])
})

test("a glance is not reading, nor is another room's end", () => {
  const { clock, said, readMarker } = begin()
  readMarker.markSoon(1, 10)
  clock.pass(300)
  readMarker.cancel()
  clock.pass(1_000)
  readMarker.markSoon(1, 10)
  clock.pass(300)
  readMarker.markSoon(2, 5)
  clock.pass(300)
  assert.deepEqual(said, [])
  clock.pass(200)
  assert.deepEqual(said, [["room.read", "room.2", 5]])
})

test("a position that was read before is not sent again", () => {
  const { clock, said, readMarker } = begin({ readSeq: 10 })
  readMarker.markSoon(1, 10)
  clock.pass(1_000)
  assert.deepEqual(said, [])
})

test("a failed read position is sent on the next connection", async () => {
  const broken = async () => {
    throw new CommandError({ code: "disconnected", retry: true })
  }
  const { clock, said, readMarker } = begin({ answer: broken })
  readMarker.markSoon(1, 10)
  clock.pass(500)
  await settle()
  readMarker.connected()
  assert.deepEqual(said, [
    ["room.read", "room.1", 10],
    ["room.read", "room.1", 10],
  ])
})

test("markAll sends at once", () => {
  const { said, read, readMarker } = begin({ readSeq: 10 })
  readMarker.markAll(1, 10)
  readMarker.markAll(1, 40)
  assert.deepEqual([said, read], [[["room.read", "room.1", 40]], [[1, 40, 99]]])
})

test("a pending position counts, until the user looks away", () => {
  const { readMarker } = begin({ readSeq: 10 })
  readMarker.markSoon(1, 12)
  assert.deepEqual([readMarker.position(1), readMarker.position(2)], [12, 10])
  readMarker.cancel()
  assert.equal(readMarker.position(1), 10)
})
