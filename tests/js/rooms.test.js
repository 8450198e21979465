import assert from "node:assert/strict"
import test from "node:test"
import { Rooms } from "../../static/js/models/rooms.js"
import { badgeCount } from "../../static/js/models/unread.js"
import { entry, FakeClock } from "./fakes.js"

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

test("rooms are sorted by name, conversations by their last post", () => {
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
  rooms.apply(3, posted(11))
  assert.deepEqual(
    rooms.sorted.direct.map(({ id }) => id),
    [3, 4],
  )
})

test("an archived room is listed while it is open, or something in it waits", () => {
  const rooms = new Rooms(me, [entry(1), entry(2, { archived: true }), entry(3, { archived: true, unread: 1 })])
  const listed = openId => rooms.listed(openId).named.map(({ id }) => id)
  assert.deepEqual(
    [listed(1), listed(2)],
    [
      [1, 3],
      [1, 2, 3],
    ],
  )
})

test("entries join and leave", () => {
  const rooms = new Rooms(me, [entry(1)])
  assert.equal(rooms.take(entry(2)), "joined")
  assert.equal(rooms.take(entry(2, { seq: 11 })), null)
  const ended = { id: 2, active: false, person_seq: 2 }
  assert.equal(rooms.take(ended), "left")
  assert.equal(rooms.take(ended), null)
  assert.deepEqual(
    rooms.all.map(({ id }) => id),
    [1],
  )
})

test("a new name is taken, an old one that comes late is not", () => {
  const rooms = new Rooms(me, [entry(1)])
  rooms.apply(1, { type: "room", seq: 12, data: { id: 1, kind: "public", name: "new", topic: "t", archived: true } })
  rooms.take(entry(1, { seq: 11, name: "old" }))
  const { title, topic, archived, role } = rooms.get(1)
  assert.deepEqual([title, topic, archived, role], ["new", "t", true, "member"])
})

test("cached entries have the current counts", () => {
  const rooms = new Rooms(me, [entry(1, { name: "before", seq: 2 }), entry(2, { seq: 5 })])
  rooms.apply(1, { type: "room", seq: 3, data: { name: "after", topic: "", archived: false } })
  rooms.apply(1, posted(4))
  const [first, second] = rooms.entries(id => (id === 1 ? 4 : 0))
  assert.deepEqual([first.name, first.seq, first.unread, first.last_posted_at], ["after", 4, 1, "2026-11-20T09:00:00Z"])
  assert.equal(second.seq, 5)
  const again = new Rooms(me, [first, second])
  again.apply(1, posted(4))
  again.apply(1, posted(5))
  assert.equal(again.get(1).unread.count.unread, 2)
})

test("the total is over all rooms, and reading one takes its part away", () => {
  const rooms = new Rooms(me, [entry(1, { unread: 3, mentions: 1 }), entry(2)])
  rooms.apply(2, posted(11))
  assert.deepEqual(rooms.total, { unread: 4, mentions: 1 })
  assert.deepEqual(rooms.newBeside(9), { count: 2, isForMe: true })
  assert.deepEqual(rooms.newBeside(1), { count: 1, isForMe: false })
  rooms.read(1, 10, 10)
  assert.deepEqual(rooms.total, { unread: 1, mentions: 0 })
})

test("the other's new name shows on the conversation", () => {
  const rooms = new Rooms(me, [entry(1, { kind: "direct", people: [zoe] })])
  rooms.apply(1, { type: "member", seq: 11, data: { user: { ...zoe, name: "Zoe O." }, role: "member", active: true } })
  assert.equal(rooms.get(1).title, "Zoe O.")
})

test("starting over tells which rooms are gone", () => {
  const rooms = new Rooms(me, [entry(1), entry(2)])
  assert.deepEqual(rooms.reset([entry(2, { unread: 5 }), entry(3)]), [1])
  assert.deepEqual(
    rooms.all.map(({ id, unread }) => [id, unread.count.unread]),
    [
      [2, 5],
      [3, 0],
    ],
  )
})

const later = milliseconds => new Date(milliseconds).toISOString()

test("a muted room does not count, until its time is over", () => {
  const clock = new FakeClock()
  const rooms = new Rooms(
    me,
    [entry(1, { unread: 3, mentions: 1, personal_mentions: 0, muted_until: later(5_000) }), entry(2, { unread: 1 })],
    clock,
  )
  let sent = 0
  rooms.on(() => {
    sent += 1
  })
  assert.equal(rooms.get(1).muted, true)
  assert.deepEqual(rooms.total, { unread: 1, mentions: 0 })
  clock.pass(4_999)
  assert.equal(sent, 0)
  clock.pass(1)
  assert.equal(sent, 1)
  assert.equal(rooms.get(1).muted, false)
  assert.deepEqual(rooms.total, { unread: 4, mentions: 1 })
})

test("a muted room counts only mentions by name", () => {
  const muted = { muted_until: later(5_000), seq: 10 }
  const rooms = new Rooms(
    me,
    [
      entry(1, { ...muted, unread: 3, mentions: 2, personal_mentions: 1 }),
      entry(2, { ...muted, kind: "direct", unread: 2 }),
    ],
    new FakeClock(),
  )
  const say = (seq, change) => rooms.apply(1, posted(seq, change))
  assert.equal(badgeCount(rooms.get(1)), 1)
  assert.equal(badgeCount(rooms.get(2)), 0)
  say(11, { everybody: true })
  assert.equal(badgeCount(rooms.get(1)), 1)
  say(12, { mentions: [me.id] })
  assert.equal(badgeCount(rooms.get(1)), 2)
  assert.deepEqual(rooms.total, { unread: 2, mentions: 2 })
  say(13, { mentions: [me.id], posted_seq: 12, deleted_at: later(0) })
  assert.equal(badgeCount(rooms.get(1)), 1)
  rooms.read(1, 13, 13)
  assert.equal(badgeCount(rooms.get(1)), 0)
})

test("a room without membership has no badge", () => {
  assert.equal(badgeCount({ kind: "public" }), 0)
  assert.equal(badgeCount(undefined), 0)
})

test("the mute that ends first is seen first, and one for good never ends", () => {
  const clock = new FakeClock()
  const ends = { 1: later(3_000), 2: later(1_000), 3: "9999-01-01T00:00:00.000Z" }
  const muted = () => rooms.all.filter(room => room.muted).map(({ id }) => id)
  const rooms = new Rooms(
    me,
    [1, 2, 3].map(id => entry(id, { muted_until: ends[id] })),
    clock,
  )
  clock.pass(1_000)
  assert.deepEqual(muted(), [1, 3])
  clock.pass(2_000)
  assert.deepEqual(muted(), [3])
  clock.pass(2 ** 31)
  assert.deepEqual(muted(), [3])
  rooms.take(entry(3, { person_seq: 2 }))
  assert.deepEqual(muted(), [])
})

test("an older choice that comes late does not undo a newer one", () => {
  const rooms = new Rooms(me, [entry(1, { person_seq: 5 })], new FakeClock())
  rooms.take(entry(1, { person_seq: 7, level: "nothing", muted_until: later(1_000) }))
  rooms.take(entry(1, { person_seq: 6, level: "everything" }))
  assert.deepEqual([rooms.get(1).level, rooms.get(1).muted], ["nothing", true])
  rooms.apply(1, { type: "room", seq: 12, data: { name: "new" } })
  assert.equal(rooms.get(1).level, "nothing")
})

test("@room mentions the user", () => {
  const rooms = new Rooms(me, [entry(1)])
  rooms.apply(1, posted(11, { everybody: true }))
  rooms.apply(1, posted(12, { everybody: true, author: me }))
  rooms.apply(1, posted(13))
  assert.deepEqual(rooms.total, { unread: 2, mentions: 1 })
})
