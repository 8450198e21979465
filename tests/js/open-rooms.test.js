import assert from "node:assert/strict"
import test from "node:test"
import { OpenRooms } from "../../static/js/models/open-rooms.js"
import { settle } from "./fakes.js"

const message = position => ({ id: position, posted_seq: position, seq: position })
const run = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index))
const state = (id, from, to) => ({
  room: { id },
  can: ["post"],
  members: [],
  messages: run(from, to),
  more_before: from > 1,
  more_after: false,
  seq: to,
})

test("a page that came with the first unread messages is shown as it is", () => {
  const openRooms = new OpenRooms({ api: {}, rooms: { get: () => null, on() {} } })
  openRooms.begin({ ...state(1, 40, 100), more_after: true })
  const { history } = openRooms.current
  assert.deepEqual([history.moreBefore, history.moreAfter, history.oldest.posted_seq], [true, true, 40])
})

function begin({ unread = 0, readSeq = 0, keeps = [] } = {}) {
  const asked = []
  const api = {
    fails: false,
    open: async id => {
      asked.push(`state ${id}`)
      if (api.fails) throw Object.assign(new Error("No line."), { code: "offline" })
      return state(id, 51, 100)
    },
    page: async (id, edge) => {
      asked.push(`page ${id} ${JSON.stringify(edge)}`)
      const around = edge.around ?? 75
      return { messages: run(around - 5, around + 5), more_before: true, more_after: true }
    },
  }
  const rooms = { get: () => ({ unread: { count: { unread }, readSeq } }), take() {} }
  const cached = async id => (keeps.includes(id) ? state(id, 41, 90) : null)
  const openRooms = new OpenRooms({ api, rooms, cached })
  openRooms.begin(state(1, 51, 100))
  return { api, asked, openRooms }
}

test("a room that was open shows at once and is made fresh behind", async () => {
  const { openRooms } = begin()
  await openRooms.open(2)
  const opening = openRooms.open(1)
  assert.deepEqual(
    [openRooms.current.id, openRooms.current.state, openRooms.current.history.messages.length],
    [1, "ready", 50],
  )
  await opening
})

test("a room is watched while its end is on the screen, and changes are emitted", () => {
  const { openRooms } = begin()
  const sent = []
  openRooms.on(detail => sent.push(detail?.watching))
  openRooms.watching = true
  openRooms.watching = true
  assert.deepEqual([openRooms.watches(1), openRooms.watches(2), sent], [true, false, [true]])
  openRooms.open(2)
  assert.equal(openRooms.watches(2), false)
})

test("a room that fails to load has an error and can be retried", async () => {
  const { api, openRooms } = begin()
  api.fails = true
  await openRooms.open(2)
  assert.deepEqual([openRooms.current.state, openRooms.current.error.message], ["failed", "No line."])
  api.fails = false
  openRooms.current.recover()
  await settle()
  assert.deepEqual([openRooms.current.state, openRooms.current.error], ["ready", null])
})

test("a failed refresh keeps the shown messages", async () => {
  const { api, openRooms } = begin()
  await openRooms.open(2)
  api.fails = true
  await openRooms.open(1)
  assert.deepEqual([openRooms.current.state, openRooms.current.history.messages.length], ["ready", 50])
})

test("a message far away is fetched with its surroundings, and the end again afterwards", async () => {
  const { asked, openRooms } = begin()
  await openRooms.showPosition(20)
  assert.deepEqual([openRooms.current.history.oldest.id, openRooms.current.history.newest.id], [15, 25])
  await openRooms.showPosition(21)
  await openRooms.showEnd()
  assert.deepEqual(asked, ['page 1 {"around":20}', "page 1 {}"])
})

test("a page that comes after its edge has moved is dropped", async () => {
  const { openRooms } = begin()
  const loading = openRooms.current.loadBefore()
  await openRooms.current.loadAround(500)
  await loading
  assert.equal(openRooms.current.history.oldest.id, 495)
})

test('the "New" line stays at the read position until the room is left', async () => {
  const { openRooms } = begin({ unread: 3, readSeq: 97 })
  assert.deepEqual([openRooms.current.newAfter, openRooms.current.newCount], [97, 3])
  const first = openRooms.current
  first.clearNew()
  await openRooms.open(2)
  assert.equal(openRooms.current.newAfter, 97)
})

test("a reset room shows its new state, and no earlier page", async () => {
  const { api, openRooms } = begin()
  let bring
  api.page = () =>
    new Promise(resolve => {
      bring = resolve
    })
  const loading = openRooms.current.loadBefore()
  openRooms.reset(1, state(1, 190, 200))
  bring({ messages: run(41, 50), more_before: true, more_after: false })
  await loading
  assert.deepEqual([openRooms.current.history.oldest.id, openRooms.current.history.newest.id], [190, 200])
  assert.equal(openRooms.current.error, null)
})

test("a failure from before a reset is ignored", async () => {
  const { api, openRooms } = begin()
  let fail
  api.page = () =>
    new Promise((_, reject) => {
      fail = reject
    })
  const loading = openRooms.current.loadBefore()
  openRooms.reset(1, state(1, 190, 200))
  fail(new Error("No line."))
  await loading
  assert.equal(openRooms.current.error, null)
})

test("a changed message of before does not stay when its room starts over", () => {
  const { openRooms } = begin()
  openRooms.current.history.apply({ id: 60, posted_seq: 60, seq: 900 })
  openRooms.reset(1, state(1, 51, 100))
  assert.equal(openRooms.current.history.get(60).seq, 60)
})

test("a loaded room that is reset without a state is fetched when shown", async () => {
  const { asked, openRooms } = begin()
  await openRooms.open(2)
  openRooms.reset(1)
  assert.equal(openRooms.get(1), null)
  openRooms.reset(2)
  await settle()
  assert.deepEqual(asked, ["state 2", "state 2"])
})

test("offline a room is shown from the cache, and fetched when the connection is back", async () => {
  const { api, openRooms } = begin({ keeps: [2] })
  api.fails = true
  await openRooms.open(2)
  const { current } = openRooms
  assert.deepEqual([current.state, current.isCached, current.history.newest.id], ["ready", true, 90])
  current.history.apply({ id: 101, posted_seq: 101, seq: 101 })
  api.fails = false
  current.recover()
  await settle()
  assert.deepEqual([current.isCached, current.error, current.history.oldest.id], [false, null, 51])
  assert.equal(current.history.newest.id, 101)
})
