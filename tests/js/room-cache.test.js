import assert from "node:assert/strict"
import test from "node:test"
import { RoomCache } from "../../static/js/models/room-cache.js"
import { FakeClock, settle } from "./fakes.js"

/** A fake database of rooms. */
class Database {
  rooms = new Map()
  page = null
  get = async (store, id) => (store === "page" ? this.page : this.rooms.get(id))
  put = async (store, value) => {
    if (store === "page") this.page = structuredClone(value)
    else this.rooms.set(value.id, structuredClone(value))
  }
  clear = async store => {
    if (store === "page") this.page = null
    else this.rooms.clear()
  }
  delete = async (_, id) => this.rooms.delete(id)
  getAll = async () => [...this.rooms.values()]
  getAllKeys = async () => [...this.rooms.keys()]
  close() {}
}

const message = position => ({ id: position, posted_seq: position, seq: position })
const room = (id, count = 2) => ({
  id,
  state: "ready",
  can: new Set(["post"]),
  members: { all: [{ user: { id: 1 } }] },
  history: {
    messages: Array.from({ length: count }, (_, index) => message(index + 1)),
    moreBefore: false,
    moreAfter: false,
  },
})

function begin() {
  const [database, clock] = [new Database(), new FakeClock()]
  return { database, clock, kept: new RoomCache({ open: async () => database, clock }) }
}

async function keep({ kept, clock }, open) {
  kept.later(open, { id: open.id, seq: 99 })
  clock.pass(3_000)
  await settle()
}

test("a visited room is cached with its last fifty messages", async () => {
  const it = begin()
  await keep(it, room(1, 80))
  const { room: entry, can, messages, more_before: moreBefore, seq } = await it.kept.get(1)
  assert.deepEqual(
    [entry.id, can, messages.length, messages.at(-1).id, moreBefore, seq],
    [1, ["post"], 50, 80, true, 99],
  )
  assert.equal(await it.kept.get(2), null)
})

test("so are twenty of them, and none that one is not in", async () => {
  const it = begin()
  for (let id = 1; id <= 22; id += 1) await keep(it, room(id))
  await settle()
  assert.deepEqual([...it.database.rooms.keys()][0], 3)
  await it.kept.keepOnly([21, 22])
  await it.kept.remove(22)
  assert.deepEqual([...it.database.rooms.keys()], [21])
})

test("an incomplete state is not cached, nor anything after close", async () => {
  const it = begin()
  await keep(it, { ...room(1), state: "loading" })
  await keep(it, { ...room(2), isCached: true })
  await it.kept.close()
  await keep(it, room(3))
  assert.deepEqual([...it.database.rooms.keys()], [])
})

test("a database that fails or hangs caches nothing, and delays nothing", async () => {
  const clock = new FakeClock()
  const failing = new RoomCache({ open: async () => assert.fail("no database"), clock })
  assert.equal(await failing.get(1), null)
  const silent = new RoomCache({ open: () => new Promise(() => {}), clock })
  const asked = silent.get(1)
  clock.pass(1_000)
  assert.equal(await asked, null)
})

test("initial data are cached for two weeks, like a session", async () => {
  const it = begin()
  assert.equal(await it.kept.page(), null)
  await it.kept.keepPage({ initialData: { me: { id: 1 } } })
  it.clock.pass(13 * 24 * 3_600_000)
  assert.deepEqual((await it.kept.page()).initialData, { me: { id: 1 } })
  it.clock.pass(24 * 3_600_000)
  assert.equal(await it.kept.page(), null)
})

test("the rooms are named by when they were visited, the last one first", async () => {
  const it = begin()
  for (const id of [2, 3, 1]) await keep(it, room(id))
  assert.deepEqual(await it.kept.ids(), [1, 3, 2])
})

test("at the end of a session the page is forgotten with the rooms", async () => {
  const it = begin()
  await keep(it, room(1))
  await it.kept.keepPage({ initialData: {} })
  it.kept.later(room(2), { id: 2, seq: 1 })
  await it.kept.clear()
  it.clock.pass(3_000)
  await settle()
  assert.deepEqual([await it.kept.ids(), await it.kept.page()], [[], null])
})

test("flush() writes a room at once", async () => {
  const it = begin()
  it.kept.later(room(1), { id: 1, seq: 1 })
  it.kept.flush()
  await settle()
  assert.deepEqual(await it.kept.ids(), [1])
  it.kept.flush()
})
