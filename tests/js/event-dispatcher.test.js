import assert from "node:assert/strict"
import test from "node:test"
import { HttpError } from "../../static/js/helpers/http.js"
import { EventDispatcher } from "../../static/js/models/event-dispatcher.js"
import { OpenRooms } from "../../static/js/models/open-rooms.js"
import { People } from "../../static/js/models/people.js"
import { Presence } from "../../static/js/models/presence.js"
import { Rooms } from "../../static/js/models/rooms.js"
import { Typing } from "../../static/js/models/typing.js"
import { Client } from "../../static/js/realtime/client.js"
import { entry, FakeClock, FakeServer, settle } from "./fakes.js"

const me = { id: 1, name: "Ada" }
const zoe = { id: 9, username: "zoe", name: "Zoe", avatar: null }
const read = (id, change = {}) => entry(id, { last_read_seq: 5, seq: 5, ...change })
const state = (room, change = {}) => ({
  room,
  can: ["post"],
  members: [],
  messages: [],
  more_before: false,
  more_after: false,
  seq: room.seq,
  ...change,
})
const message = (room, seq, change = {}) => ({
  topic: `room.${room}`,
  type: "message",
  seq,
  data: {
    id: seq,
    room,
    posted_seq: seq,
    seq,
    kind: "text",
    key: null,
    author: zoe,
    html: "<p>hi</p>",
    mentions: [],
    created_at: "2026-11-20T09:00:00Z",
    edited_at: null,
    deleted_at: null,
    ...change,
  },
})
const mine = (seq, data) => ({ topic: "user.1", type: "room", seq, data })

/** A page with these rooms, the first one open, connected and caught up. */
function open(entries) {
  const [server, clock, fetched, gone] = [new FakeServer(), new FakeClock(), [], []]
  const fresh = new Map(entries.map(one => [one.id, one]))
  const api = {
    fails: null,
    async state(id) {
      fetched.push(id)
      if (api.fails) throw api.fails
      return state(fresh.get(id), { can: ["post", "rename"] })
    },
  }
  const rooms = new Rooms(me, entries)
  const openRooms = new OpenRooms({ api, rooms })
  const client = new Client({ openSocket: server.openSocket, clock, epoch: "one" })
  const acknowledged = []
  const outbox = { arrived() {}, receivedUpTo: (...news) => acknowledged.push(news) }
  const typing = new Typing({ clock, send() {} })
  const dispatcher = new EventDispatcher({
    client,
    me,
    rooms,
    openRooms,
    outbox,
    typing,
    people: new People(),
    presence: new Presence(),
    streams: { take: streams => fetched.push(...streams), refresh: () => fetched.push("streams") },
    bell: { hear: event => fetched.push(event.type), reset: panel => fetched.push(panel) },
    left: id => gone.push(id),
    async fetchAll() {
      fetched.push("all")
      if (api.fails) throw api.fails
      const rooms = [...fresh.values()]
      if (!rooms.length) return null
      const shown = fresh.get(openRooms.current.id) ?? rooms[0]
      return { person: { topic: "user.1", seq: 50 }, rooms, open: state(shown), bell: { panel: "panel" }, streams: [] }
    },
  })
  openRooms.begin(state(entries[0]))
  dispatcher.begin({ person: { topic: "user.1", seq: 0 }, rooms: entries, streams: [] })
  client.open()
  server.greets()
  const answer = topics => server.answers("subscribe", { topics })
  return { server, clock, client, api, rooms, openRooms, dispatcher, fresh, fetched, gone, acknowledged, answer }
}

const heads = (...ids) => Object.fromEntries([["user.1", { head: 0 }], ...ids.map(id => [`room.${id}`, { head: 5 }])])

test("a message of another room counts, one of the open room is on the screen", () => {
  const { server, rooms, openRooms, answer } = open([read(1), read(2)])
  answer(heads(1, 2))
  server.says(message(2, 6), message(1, 6))
  assert.equal(rooms.get(2).unread.count.unread, 1)
  assert.deepEqual(
    openRooms.current.history.messages.map(({ id }) => id),
    [6],
  )
})

test("a joined room is subscribed from its entry's seq, a left one is unsubscribed", () => {
  const { server, rooms, gone, answer } = open([read(1)])
  answer(heads(1))
  server.says(mine(1, read(7, { seq: 40 })))
  assert.deepEqual(server.last("subscribe").data.topics, { "room.7": 40 })
  server.says(mine(2, read(7, { seq: 41, active: false })))
  assert.deepEqual([server.last("unsubscribe").data.topics, gone, rooms.get(7)], [["room.7"], [7], undefined])
})

test("a new role updates the user's rights", async () => {
  const { server, openRooms, fetched, answer } = open([read(1)])
  answer(heads(1))
  server.says(mine(1, read(1, { seq: 6, role: "moderator" })))
  await settle()
  assert.deepEqual([fetched, [...openRooms.current.can]], [[1], ["post", "rename"]])
})

test("so does a room that is archived", async () => {
  const { server, openRooms, fetched, answer } = open([read(1)])
  answer(heads(1))
  server.says({
    topic: "room.1",
    type: "room",
    seq: 6,
    data: { id: 1, kind: "public", name: "a", topic: "", archived: true },
  })
  await settle()
  assert.deepEqual([fetched, [...openRooms.current.can]], [[1], ["post", "rename"]])
})

test("a deleted message among unread mentions has its room asked anew", async () => {
  const { server, rooms, fetched, fresh, answer } = open([
    read(1),
    read(2, { last_read_seq: 3, unread: 2, mentions: 1 }),
  ])
  answer(heads(1, 2))
  fresh.set(2, read(2, { last_read_seq: 3, seq: 6, unread: 1, mentions: 0 }))
  server.says(message(2, 6, { posted_seq: 4, deleted_at: "2026-11-20T09:01:00Z" }))
  await settle()
  assert.deepEqual([fetched, rooms.get(2).unread.count], [[2], { unread: 1, mentions: 0 }])
})

test("one reset fetches that room, many fetch everything once", async () => {
  const entries = [1, 2, 3, 4, 5].map(id => read(id))
  const { fetched, fresh, rooms, answer } = open(entries)
  for (const { id } of entries) fresh.set(id, read(id, { seq: 90, unread: id }))
  answer({
    "user.1": { head: 0 },
    ...Object.fromEntries(entries.map(({ id }) => [`room.${id}`, { head: 90, reset: true }])),
  })
  await settle()
  assert.equal(fetched[0], "all")
  assert.equal(rooms.total.unread, 15)
})

const resets = (...topics) => Object.fromEntries(topics.map(topic => [topic, { head: 90, reset: true }]))
const offline = new HttpError("offline", "Can't reach the server.")

test("a room that is reset is shown as it is now, with nothing of before", async () => {
  const { server, rooms, openRooms, fresh, fetched, acknowledged, client, answer } = open([read(1), read(2)])
  answer(heads(1, 2))
  server.says(message(1, 6), message(1, 7))
  fresh.set(1, read(1, { seq: 90, name: "renamed", unread: 3 }))
  server.says(message(1, 89))
  answer({ "room.1": { head: 90, reset: true } })
  await settle()
  assert.deepEqual([fetched, openRooms.current.history.messages, rooms.get(1).name], [[1], [], "renamed"])
  assert.deepEqual([rooms.get(1).unread.count.unread, client.subscriptions.cursor("room.1")], [3, 90])
  assert.deepEqual(acknowledged.at(-1), [1, 90])
})

test("events that arrive during a reset are applied after the state", async () => {
  const { server, openRooms, fresh, answer } = open([read(1)])
  fresh.set(1, read(1, { seq: 91 }))
  answer({ ...heads(), "room.1": { head: 90, reset: true } })
  server.says(message(1, 91), message(1, 92))
  assert.deepEqual(openRooms.current.history.messages, [])
  await settle()
  assert.deepEqual(
    openRooms.current.history.messages.map(({ seq }) => seq),
    [92],
  )
})

test("a restored backup with a shorter history replaces everything", async () => {
  const { rooms, openRooms, fresh, client, answer } = open([read(1, { seq: 800, last_read_seq: 700 })])
  fresh.set(1, read(1, { seq: 20, last_read_seq: 10, name: "of old" }))
  answer({ "user.1": { head: 0 }, "room.1": { head: 20, reset: true } })
  await settle()
  assert.deepEqual([rooms.get(1).name, rooms.get(1).seq, client.subscriptions.cursor("room.1")], ["of old", 20, 20])
  assert.equal(openRooms.current.state, "ready")
})

test("failed fetches are retried together until they succeed", async () => {
  const ids = [1, 2, 3, 4, 5]
  const { clock, api, fresh, fetched, client, rooms, answer } = open(ids.map(id => read(id)))
  for (const id of ids) fresh.set(id, read(id, { seq: 90, unread: id }))
  api.fails = offline
  answer(resets("user.1", ...ids.map(id => `room.${id}`)))
  await settle()
  for (let time = 0; time < 3; time += 1) {
    clock.pass(30_000)
    await settle()
  }
  assert.deepEqual(fetched, ["all", "all", "all", "all"])
  assert.equal(client.subscriptions.cursor("room.3"), null)
  api.fails = null
  client.retries.hurry()
  await settle()
  assert.deepEqual(fetched.slice(4), ["all", "panel"])
  assert.deepEqual(
    [rooms.total.unread, client.subscriptions.cursor("room.3"), client.subscriptions.cursor("user.1")],
    [15, 90, 90],
  )
})

test("an entry that could not be fetched is fetched again", async () => {
  const { server, clock, api, rooms, fetched, fresh, answer } = open([
    read(1),
    read(2, { last_read_seq: 3, unread: 2, mentions: 1 }),
  ])
  answer(heads(1, 2))
  fresh.set(2, read(2, { last_read_seq: 3, seq: 6, unread: 1, mentions: 0 }))
  api.fails = offline
  server.says(message(2, 6, { posted_seq: 4, deleted_at: "2026-11-20T09:01:00Z" }))
  await settle()
  api.fails = null
  clock.pass(1_000)
  await settle()
  assert.deepEqual([fetched, rooms.get(2).unread.count], [[2, 2], { unread: 1, mentions: 0 }])
})

test("a room that is refused for good is left, and not asked for again", async () => {
  const { clock, api, gone, fetched, client, answer } = open([read(1), read(2)])
  api.fails = new HttpError("not_found", "That doesn't exist, or you don't have access to it.", 404)
  answer({ ...heads(1), "room.2": { head: 90, reset: true } })
  await settle()
  clock.pass(100_000)
  await settle()
  assert.deepEqual([fetched, gone, client.subscriptions.has("room.2")], [[2], [2], false])
})

test("where no room is left, all are left", async () => {
  const { fresh, gone, rooms, answer } = open([read(1), read(2)])
  fresh.clear()
  answer({ ...resets("user.1"), ...heads(1, 2), "user.1": { head: 90, reset: true } })
  await settle()
  assert.deepEqual([gone, rooms.all], [[1, 2], []])
})

test("a room beyond the limit is not live, and replaces the quietest room when needed", async () => {
  const at = day => ({ last_posted_at: `2026-11-${day}T09:00:00Z` })
  const { server, dispatcher, rooms, gone } = open([read(1), read(2, at("21")), read(3, at("22"))])
  const refusal = { code: "too_many_topics", message: "No.", retry: false }
  assert.deepEqual([rooms.get(2).isLive, rooms.get(3).isLive], [true, true])
  rooms.setLive(2, false, 5)
  const live = dispatcher.makeLive(2)
  assert.deepEqual(server.last("unsubscribe").data, { topics: ["room.3"] })
  server.answers("unsubscribe", {})
  await live
  assert.deepEqual(server.last("subscribe").data.topics, { "room.2": 5 })
  assert.deepEqual([rooms.get(2).isLive, rooms.get(3).isLive, rooms.get(3).resumeAt], [true, false, 5])
  server.answers("subscribe", { topics: { "room.2": { error: refusal } } })
  assert.deepEqual([rooms.get(2).isLive, rooms.get(2).resumeAt, gone], [false, 5, []])
})
