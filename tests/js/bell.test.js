import assert from "node:assert/strict"
import test from "node:test"
import { Alerts } from "../../static/js/models/alerts.js"
import { Bell } from "../../static/js/models/bell.js"
import { Toasts } from "../../static/js/models/toasts.js"
import { FakeClock, settle } from "./fakes.js"

const row = (position, change = {}) => ({
  id: position,
  position,
  seq: position,
  kind: "ping",
  group: "",
  actor: null,
  title: `Ping ${position}`,
  body: "",
  url: "",
  quiet: false,
  read_at: null,
  archived_at: null,
  snoozed_until: null,
  retracted: false,
  ...change,
})
const sent = (notification, unread = 1) => ({
  type: "notification",
  seq: notification.seq,
  data: { notification, unread },
})

function ring({ rows = [], more = false, page = {} } = {}) {
  const [clock, posted, announced, turns, closed] = [new FakeClock(), [], [], [], []]
  const api = {
    fails: false,
    panel: async () => ({ notifications: [], unread: 0, more: false, seq: 1000 }),
    post: async (action, body) => {
      posted.push([action, body])
      if (api.fails) throw new Error("No line.")
      return { unread: 0, seq: 900 }
    },
  }
  const seq = Math.max(0, ...rows.map(each => each.seq))
  const bell = new Bell(
    { panel: { notifications: rows, unread: rows.length, more, seq }, kinds: {}, urls: {}, site: "Hubbub" },
    {
      clock,
      api,
      page: { isHidden: () => false, isFocused: () => true, sees: () => false, ...page },
      isElected: async (name, after) => turns.push([name, after]) && !bell.outrun,
      browserNotifications: { show: one => announced.push(one.id), close: isOver => closed.push(isOver) },
    },
  )
  bell.isLive = true
  return { announced, api, bell, clock, closed, posted, turns }
}

const toasted = bell => bell.toasts.all.map(({ id }) => id)

test("a new notification is a toast for six seconds", async () => {
  const { bell, clock } = ring()
  bell.apply(sent(row(1)))
  await settle()
  assert.deepEqual(toasted(bell), [1])
  clock.pass(5_999)
  assert.deepEqual(toasted(bell), [1])
  clock.pass(1)
  assert.deepEqual(toasted(bell), [])
})

test("a notification that arrives during catch-up is not new", async () => {
  const { bell } = ring()
  bell.isLive = false
  bell.apply(sent(row(1)))
  await settle()
  assert.deepEqual(toasted(bell), [])
})

for (const [why, setUp] of Object.entries({
  "it is quiet": { change: { quiet: true } },
  "it is before one's eyes": { page: { sees: () => true } },
  "another tab has said it": { outrun: true },
  "the panel is open": { isOpen: true },
})) {
  test(`there is no toast where ${why}`, async () => {
    const { bell, announced } = ring({ page: setUp.page })
    Object.assign(bell, { outrun: setUp.outrun ?? false, isOpen: setUp.isOpen ?? false })
    bell.apply(sent(row(1, setUp.change)))
    await settle()
    assert.deepEqual([toasted(bell), announced], [[], []])
  })
}

test("without a visible tab a browser notification is shown", async () => {
  const { bell, announced } = ring({ page: { isHidden: () => true } })
  bell.isOpen = true
  bell.apply(sent(row(1)))
  await settle()
  assert.deepEqual([toasted(bell), announced], [[], [1]])
})

test("the tab that sees it asks first, then the one in front, then the visible, then the hidden", async () => {
  const waits = []
  for (const page of [
    { sees: () => true },
    {},
    { isFocused: () => false },
    { isFocused: () => false, isHidden: () => true },
  ]) {
    const { bell, turns } = ring({ page })
    bell.apply(sent(row(1)))
    await settle()
    waits.push(turns[0][1])
  }
  assert.deepEqual(
    waits,
    [...waits].sort((one, other) => one - other),
  )
  assert.equal(new Set(waits).size, 4)
})

test("a notification that is read meanwhile is not shown", async () => {
  const said = []
  const alerts = new Alerts({
    page: { isHidden: () => false, isFocused: () => true, sees: () => false },
    isElected: async () => true,
    toast: one => said.push(one),
    announce: one => said.push(one),
    isUnread: (() => {
      let asked = 0
      return () => (asked += 1) === 1
    })(),
  })
  await alerts.show(row(1))
  assert.deepEqual(said, [])
})

test("read or taken back elsewhere, its toast and the browser's own words go", async () => {
  for (const change of [{ read_at: "now" }, { archived_at: "now" }, { retracted: true }]) {
    const { bell, closed } = ring()
    bell.apply(sent(row(1)))
    await settle()
    assert.deepEqual(toasted(bell), [1])
    bell.apply(sent(row(1, { seq: 2, ...change }), 0))
    assert.deepEqual(toasted(bell), [])
    assert.deepEqual([closed.at(-1)(1), closed.at(-1)(77)], [true, false])
  }
})

test("toasts stay under the pointer or focus, at most three, one per group", () => {
  const clock = new FakeClock()
  const toasts = new Toasts({ clock })
  toasts.show(row(1))
  toasts.hold()
  clock.pass(60_000)
  assert.equal(toasts.all.length, 1)
  for (const position of [2, 3, 4]) toasts.show(row(position))
  assert.deepEqual(
    toasts.all.map(({ id }) => id),
    [2, 3, 4],
  )
  toasts.release()
  clock.pass(6_000)
  assert.equal(toasts.all.length, 0)
  for (const position of [5, 7, 6]) toasts.show(row(position, { group: "room.1" }))
  assert.deepEqual(
    toasts.all.map(({ id }) => id),
    [7],
  )
})

test("undoing an archive restores what was read", async () => {
  const { bell, posted } = ring({ rows: [row(1), row(2, { read_at: "before" })] })
  await bell.archive([1, 2])
  assert.deepEqual([bell.groups.length, bell.notice.text], [0, "2 archived."])
  await bell.notice.undo()
  assert.deepEqual(posted, [
    ["archive", { ids: [1, 2] }],
    ["restore", { ids: [1, 2] }],
    ["read", { ids: [2] }],
  ])
  assert.deepEqual([bell.groups.length, bell.notice], [2, null])
})

test("a refused change is reverted, with the reason", async () => {
  const { api, bell, clock } = ring({ rows: [row(1)] })
  api.fails = true
  await bell.snooze([1], "hour")
  assert.deepEqual([bell.groups.length, bell.notice], [1, { text: "No line.", undo: null }])
  clock.pass(8_000)
  assert.equal(bell.notice, null)
})

test("all read means all that I can have seen", async () => {
  const { bell, posted } = ring({ rows: [row(3), row(8)] })
  await bell.readAll()
  assert.deepEqual(posted, [["read", { up_to: 8 }]])
  assert.equal(
    bell.groups.every(({ unread }) => !unread),
    true,
  )
})

test("only unread notifications are marked as read", async () => {
  const { bell, posted } = ring({ rows: [row(1), row(2, { read_at: "before" })] })
  await bell.read([1, 2])
  await bell.read([1, 2])
  assert.deepEqual(posted, [["read", { ids: [1] }]])
})

test("a panel that runs low is fetched anew where there is more", async () => {
  const { bell } = ring({ rows: Array.from({ length: 10 }, (_, position) => row(position + 1)), more: true })
  await bell.archive([1])
  await settle()
  assert.deepEqual([bell.groups.length, bell.notifications.more], [0, false])
})
