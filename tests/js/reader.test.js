import assert from "node:assert/strict"
import test from "node:test"
import { Reader } from "../../static/js/models/reader.js"
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
  return { clock, said, read, reader: new Reader({ client, rooms, heard: () => 99, clock }) }
}

test("half a second at the end reads all of it, also when more comes meanwhile", () => {
  const { clock, said, read, reader } = begin()
  reader.sees(1, 10)
  clock.pass(400)
  reader.sees(1, 11)
  assert.deepEqual(said, [])
  clock.pass(100)
  assert.deepEqual([said, read], [[["room.read", "room.1", 11]], [[1, 11, 99]]])
})

test("a glance is not reading, nor is another room's end", () => {
  const { clock, said, reader } = begin()
  reader.sees(1, 10)
  clock.pass(300)
  reader.looksAway()
  clock.pass(1_000)
  reader.sees(1, 10)
  clock.pass(300)
  reader.sees(2, 5)
  clock.pass(300)
  assert.deepEqual(said, [])
  clock.pass(200)
  assert.deepEqual(said, [["room.read", "room.2", 5]])
})

test("what was read before is not said again", () => {
  const { clock, said, reader } = begin({ readSeq: 10 })
  reader.sees(1, 10)
  clock.pass(1_000)
  assert.deepEqual(said, [])
})

test("what could not be said is said on the next line", async () => {
  const broken = async () => {
    throw new CommandError({ code: "disconnected", retry: true })
  }
  const { clock, said, reader } = begin({ answer: broken })
  reader.sees(1, 10)
  clock.pass(500)
  await settle()
  reader.connected()
  assert.deepEqual(said, [
    ["room.read", "room.1", 10],
    ["room.read", "room.1", 10],
  ])
})

test("who says that all is read has read it at once", () => {
  const { said, read, reader } = begin({ readSeq: 10 })
  reader.readAll(1, 10)
  reader.readAll(1, 40)
  assert.deepEqual([said, read], [[["room.read", "room.1", 40]], [[1, 40, 99]]])
})

test("what is just being read counts as seen, until one looks away", () => {
  const { reader } = begin({ readSeq: 10 })
  reader.sees(1, 12)
  assert.deepEqual([reader.seen(1), reader.seen(2)], [12, 10])
  reader.looksAway()
  assert.equal(reader.seen(1), 10)
})
