import assert from "node:assert/strict"
import test from "node:test"
import { Rooms } from "../../static/js/models/rooms.js"
import { entry } from "./fakes.js"

const me = { id: 1, name: "Ada Lovelace" }
const zoe = { id: 9, username: "zoe", name: "Zoe Okafor", avatar: null }

const posted = (seq, change = {}) => ({
  type: "message",
  seq,
  data: {
    posted_seq: seq,
    seq,
    kind: "text",
    author: zoe,
    mentions: [],
    deleted_at: null,
    created_at: "2026-11-20T09:00:00Z",
    ...change,
  },
})

test("rooms stand by name, conversations by what happened last", () => {
  const direct = (id, at) => entry(id, { kind: "direct", name: "", people: [{ ...zoe, id }], last_posted_at: at })
  const rooms = new Rooms(me, [
    entry(1, { name: "room 10" }),
    entry(2, { name: "Room 9" }),
    direct(3, "2026-01"),
    direct(4, "2026-02"),
  ])
  assert.deepEqual(
    rooms.sorted.named.map(({ id }) => id),
    [2, 1],
  )
  assert.deepEqual(
    rooms.sorted.direct.map(({ id }) => id),
    [4, 3],
  )
  rooms.hear(3, posted(11))
  assert.deepEqual(
    rooms.sorted.direct.map(({ id }) => id),
    [3, 4],
  )
})

test("entries join and leave", () => {
  const rooms = new Rooms(me, [entry(1)])
  assert.equal(rooms.take(entry(2)), "joined")
  assert.equal(rooms.take(entry(2, { seq: 11 })), null)
  assert.equal(rooms.take(entry(2, { seq: 12, active: false })), "left")
  assert.equal(rooms.take(entry(2, { seq: 12, active: false })), null)
  assert.deepEqual(
    rooms.all.map(({ id }) => id),
    [1],
  )
})

test("a new name is taken, an old one that comes late is not", () => {
  const rooms = new Rooms(me, [entry(1)])
  rooms.hear(1, { type: "room", seq: 12, data: { id: 1, kind: "public", name: "new", topic: "t", archived: true } })
  rooms.take(entry(1, { seq: 11, name: "old" }))
  const { title, topic, archived, role } = rooms.get(1)
  assert.deepEqual([title, topic, archived, role], ["new", "t", true, "member"])
})

test("the total is over all rooms, and reading one takes its part away", () => {
  const rooms = new Rooms(me, [entry(1, { unread: 3, mentions: 1 }), entry(2)])
  rooms.hear(2, posted(11))
  assert.deepEqual(rooms.total, { unread: 4, mentions: 1 })
  rooms.read(1, 10, 10)
  assert.deepEqual(rooms.total, { unread: 1, mentions: 0 })
})

test("the other's new name shows on the conversation", () => {
  const rooms = new Rooms(me, [entry(1, { kind: "direct", people: [zoe] })])
  rooms.hear(1, { type: "member", seq: 11, data: { user: { ...zoe, name: "Zoe O." }, role: "member", active: true } })
  assert.equal(rooms.get(1).title, "Zoe O.")
})

test("starting over tells which rooms are gone", () => {
  const rooms = new Rooms(me, [entry(1), entry(2)])
  assert.deepEqual(rooms.startOver([entry(2, { unread: 5 }), entry(3)]), [1])
  assert.deepEqual(
    rooms.all.map(({ id, unread }) => [id, unread.count.unread]),
    [
      [2, 5],
      [3, 0],
    ],
  )
})
