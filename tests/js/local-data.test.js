import assert from "node:assert/strict"
import test from "node:test"
import { SafeStorage } from "../../static/js/helpers/safe-storage.js"
import { KEPT_MS, LocalData } from "../../static/js/models/local-data.js"

const HOUR_MS = 3_600_000

/** A fake browser: storage, and the number of unsent messages by user. */
function begin({ stored = {}, unsent = {} } = {}) {
  const it = { now: 1_000_000, unsent: new Map(Object.entries(unsent).map(([id, count]) => [Number(id), count])) }
  it.rooms = []
  const [local, session] = [new SafeStorage(() => undefined), new SafeStorage(() => undefined)]
  for (const [key, value] of Object.entries(stored)) local.setItem(key, value)
  const databases = {
    ids: async () => [...it.unsent.keys()],
    count: async id => it.unsent.get(id) ?? 0,
    remove: async id => it.unsent.delete(id),
    removeRooms: async id => it.rooms.push(id),
  }
  const data = new LocalData({ local, session, databases, now: () => it.now })
  return Object.assign(it, { data, local, session, databases })
}

const adas = { "hubbub.draft.1.5": "the price", "hubbub.draft.1.6": " ", "hubbub.emoji": "x", "hubbub.person": "1" }

test("unsent data are messages and drafts that are not blank", async () => {
  const { data } = begin({ stored: { ...adas, "hubbub.draft.11.5": "another's" }, unsent: { 1: 3, 11: 2 } })
  assert.deepEqual(await data.unsent(1), { messages: 3, drafts: 1 })
  assert.deepEqual(await data.unsent(2), { messages: 0, drafts: 0 })
})

test("a draft with files counts once, also without a text", async () => {
  const files = { "hubbub.draft.1.files.5": "[{}]", "hubbub.draft.1.files.9": "[{}]" }
  const { data } = begin({ stored: { ...adas, ...files } })
  assert.deepEqual(await data.unsent(1), { messages: 0, drafts: 2 })
})

test("the same user finds their data again", async () => {
  const { data, local, unsent } = begin({ stored: adas, unsent: { 1: 3 } })
  assert.equal(await data.arrive(1), false)
  assert.deepEqual([local.getItem("hubbub.draft.1.5"), unsent.get(1)], ["the price", 3])
})

test("another person finds nothing of them", async () => {
  const { data, local, session, unsent } = begin({ stored: adas, unsent: { 1: 3, 2: 1 } })
  local.setItem("hubbub.draft.2.5", "mine")
  local.setItem("theme", "of somebody else's script")
  session.setItem("hubbub.push-greeted", "1 https://push.example")
  assert.equal(await data.arrive(2), true)
  assert.deepEqual(local.keys.sort(), ["hubbub.draft.2.5", "hubbub.person", "theme"])
  assert.deepEqual([local.getItem("hubbub.person"), session.keys, [...unsent]], ["2", [], [[2, 1]]])
})

test("a browser that cannot list its databases has the last person's removed", async () => {
  const { data, databases, unsent } = begin({ stored: { "hubbub.person": "1" }, unsent: { 1: 3 } })
  databases.ids = async () => []
  await data.arrive(2)
  assert.deepEqual([...unsent], [])
})

test("signing out removes everything", async () => {
  const { data, local, unsent } = begin({ stored: adas, unsent: { 1: 3 } })
  await data.clear()
  assert.deepEqual([local.keys, [...unsent], data.person], [[], [], null])
})

test("after a session that ended by itself it waits a day for its author, and then goes", async () => {
  const it = begin({ stored: adas, unsent: { 1: 3 } })
  const until = it.now + KEPT_MS
  assert.equal(await it.data.wait(), until)
  it.now += 23 * HOUR_MS
  assert.equal(await it.data.wait(), until)
  it.now += HOUR_MS
  assert.equal(await it.data.wait(), null)
  assert.deepEqual([it.local.keys, [...it.unsent]], [[], []])
})

test("signing in again restarts the day", async () => {
  const it = begin({ stored: adas })
  await it.data.wait()
  it.now += 23 * HOUR_MS
  await it.data.arrive(1)
  it.now += 30 * 24 * HOUR_MS
  assert.equal(await it.data.wait(), it.now + KEPT_MS)
})

test("where nothing is unsent, the rest goes at once", async () => {
  const { data, local } = begin({ stored: { "hubbub.emoji": "x", "hubbub.person": "1", "hubbub.draft.1.6": " " } })
  assert.deepEqual([await data.wait(), local.keys], [null, []])
})

test("cached rooms are removed when nobody is signed in, even with unsent messages", async () => {
  const { data, rooms } = begin({ stored: adas, unsent: { 1: 3 } })
  assert.notEqual(await data.wait(), null)
  assert.deepEqual(rooms, [1])
})
