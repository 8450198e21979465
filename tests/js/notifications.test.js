import assert from "node:assert/strict"
import test from "node:test"
import { groupNotifications, titleParts } from "../../static/js/models/notification-groups.js"
import { Notifications } from "../../static/js/models/notifications.js"

const person = (id, name) => ({ id, username: name.toLowerCase(), name, avatar: null })
const [ana, bob, cleo] = [person(1, "Ana"), person(2, "Bob"), person(3, "Cleo")]
const AT = "2026-11-21T09:00:00.000Z"

const row = (position, change = {}) => ({
  id: 100 + position,
  position,
  seq: position,
  kind: "ping",
  group: "",
  actor: null,
  title: `Ping ${position}`,
  body: "",
  url: "",
  created_at: AT,
  read_at: null,
  archived_at: null,
  snoozed_until: null,
  retracted: false,
  ...change,
})
const sent = (notification, unread) => ({
  type: "notification",
  seq: notification.seq,
  data: { notification, unread },
})
const inbox = (position, seq, unread) => ({ type: "inbox", seq, data: { read_up_to: position, unread } })

function begin(rows = [], { seq = Math.max(0, ...rows.map(each => each.seq)), unread = rows.length, now } = {}) {
  const notifications = new Notifications({ notifications: rows, unread, more: false, seq }, { now })
  const news = []
  notifications.on(detail => news.push(detail))
  return { notifications, news }
}

const positionsOf = notifications => notifications.shown.map(({ position }) => position)

test("the count is the server's own, over more than is in the panel", () => {
  const { notifications } = begin([row(1)], { unread: 70 })
  assert.equal(notifications.unread, 70)
  notifications.apply(sent(row(2), 71))
  assert.equal(notifications.unread, 71)
  notifications.apply(sent(row(2, { seq: 3, read_at: AT }), 70))
  assert.equal(notifications.unread, 70)
  assert.deepEqual(positionsOf(notifications), [2, 1])
})

test("archived, snoozed and retracted notifications are neither shown nor unread", () => {
  for (const change of [{ archived_at: AT }, { snoozed_until: AT }, { retracted: true }]) {
    const { notifications } = begin([row(1), row(2)])
    notifications.apply(sent(row(1, { seq: 3, ...change }), 1))
    assert.deepEqual(positionsOf(notifications), [2])
    assert.equal(notifications.isUnread(notifications.get(101)), false)
  }
})

test("an inbox reads everything up to its place, and nothing that changed later", () => {
  const { notifications } = begin([row(1), row(2), row(5)])
  notifications.apply(inbox(2, 6, 1))
  const unread = () => notifications.shown.filter(each => notifications.isUnread(each)).map(({ position }) => position)
  assert.deepEqual(unread(), [5])
  notifications.apply(sent(row(1, { seq: 7 }), 2))
  assert.deepEqual(unread(), [5, 1])
})

test("of two states the higher seq holds, however late the other comes", () => {
  const { notifications } = begin([row(1, { seq: 5, title: "new" })])
  notifications.apply(sent(row(1, { seq: 3, title: "old" }), 1))
  assert.equal(notifications.get(101).title, "new")
})

test("a fetched panel does not undo newer events", () => {
  const { notifications } = begin([row(1)])
  notifications.apply(sent(row(9), 2))
  notifications.take({ notifications: [row(1), row(3)], unread: 1, more: true, seq: 4 })
  assert.deepEqual(positionsOf(notifications), [9, 3, 1])
  assert.deepEqual([notifications.unread, notifications.more], [2, true])
  notifications.take({ notifications: [row(9)], unread: 1, more: false, seq: 12 })
  assert.deepEqual([positionsOf(notifications), notifications.unread], [[9], 1])
})

test("a log with another past begins anew, and nothing of before counts", () => {
  const { notifications } = begin([row(500), row(501)])
  notifications.reset({ notifications: [row(7)], unread: 1, more: false, seq: 7 })
  assert.deepEqual([positionsOf(notifications), notifications.unread], [[7], 1])
  notifications.apply(sent(row(8), 2))
  assert.deepEqual([positionsOf(notifications), notifications.unread], [[8, 7], 2])
})

test("an event that waited for the panel does not bring an old count back", () => {
  const { notifications } = begin([])
  notifications.reset({ notifications: [row(9)], unread: 4, more: false, seq: 9 })
  notifications.apply(sent(row(8), 3))
  assert.equal(notifications.unread, 4)
  notifications.apply(sent(row(10), 5))
  assert.equal(notifications.unread, 5)
})

test("a new notification has arrived, a changed one has not", () => {
  const { notifications, news } = begin()
  notifications.apply(sent(row(1), 1))
  notifications.apply(sent(row(1, { seq: 2, body: "rewritten" }), 1))
  assert.deepEqual(
    news.map(({ arrived }) => arrived?.id),
    [101, undefined],
  )
})

test("a snooze that ended by itself wakes a notification, unsnoozing does not", () => {
  const until = new Date(1000).toISOString()
  for (const [now, woken] of [
    [999, undefined],
    [1000, 101],
  ]) {
    const { notifications, news } = begin([row(1, { snoozed_until: until })], { now: () => now })
    notifications.apply(sent(row(1, { seq: 2 }), 1))
    assert.equal(news[0].woken?.id, woken)
  }
})

test("a change shows at once, and is taken back where the server refuses", () => {
  const { notifications } = begin([row(1), row(2)])
  const revert = notifications.expect([101, 999], { archived_at: AT })
  assert.deepEqual(positionsOf(notifications), [2])
  revert()
  assert.deepEqual(positionsOf(notifications), [2, 1])
})

test("reverting keeps newer events", () => {
  const { notifications } = begin([row(1)])
  const revert = notifications.expect([101], { read_at: AT })
  notifications.apply(sent(row(1, { seq: 2, title: "heard" }), 1))
  revert()
  assert.equal(notifications.get(101).title, "heard")
})

test("a response's count is taken unless it is older than an event", () => {
  const { notifications } = begin([row(1)], { seq: 10, unread: 5 })
  notifications.count({ unread: 4, seq: 11 })
  assert.equal(notifications.unread, 4)
  notifications.count({ unread: 9, seq: 10 })
  assert.equal(notifications.unread, 4)
})

test("only the newest notifications are kept", () => {
  const { notifications } = begin()
  for (let position = 1; position <= 250; position += 1) notifications.apply(sent(row(position), position))
  assert.deepEqual([notifications.shown.length, positionsOf(notifications).at(-1)], [200, 51])
  assert.deepEqual([notifications.unread, notifications.more, notifications.newest], [250, true, 250])
})

const wrote = (position, actor, change = {}) =>
  row(position, { kind: "direct_message", group: "room.1", actor, title: `${actor.name} wrote to you`, ...change })
const grouped = rows => groupNotifications(rows, each => !each.read_at)
const said = group => Object.values(titleParts(group)).join("|")

test("those of one group and kind are one row that names its people", () => {
  const [one, other] = grouped([wrote(1, ana), wrote(2, bob), wrote(3, cleo), wrote(4, ana), row(5)])
  assert.deepEqual([one.all.length, other.all.length], [1, 4])
  assert.equal(said(other), "Ana and 2 others| wrote to you")
  assert.equal(said(grouped([wrote(1, ana), wrote(2, bob)])[0]), "Bob and Ana| wrote to you")
  assert.equal(said(grouped([wrote(1, ana), wrote(2, ana)])[0]), "Ana| wrote to you")
})

test("names from the right do not turn a title", () => {
  const sara = { ...ana, name: "שרה" }
  const title = "\u2068שרה\u2069 wrote to you"
  assert.equal(said(grouped([wrote(1, sara, { title })])[0]), "\u2068שרה\u2069| wrote to you")
  assert.equal(said(grouped([wrote(1, sara)])[0]), "\u2068שרה\u2069| wrote to you")
})

test("another group, another kind or another state is a row of its own", () => {
  const rows = [wrote(1, ana), wrote(2, ana, { group: "room.2" }), wrote(3, ana, { kind: "mention" })]
  assert.equal(grouped([...rows, wrote(4, ana, { read_at: AT })]).length, 4)
  assert.equal(grouped([row(1), row(2)]).length, 2)
})

test("the unread stand first, then the newest", () => {
  const rows = [row(9, { read_at: AT }), row(1), row(5), row(8, { read_at: AT })]
  assert.deepEqual(
    grouped(rows).map(({ newest }) => newest.position),
    [5, 1, 9, 8],
  )
})

test("a title that does not begin with its actor speaks for itself", () => {
  const rows = [row(1, { group: "deploys", title: "v2 is live" }), row(2, { group: "deploys", title: "v3 is live" })]
  assert.equal(said(grouped(rows)[0]), "|v3 is live, and 1 more")
  assert.equal(said(grouped([wrote(1, ana, { title: "News from Ana" })])[0]), "|News from Ana")
  assert.equal(said(grouped([row(1, { stream: { name: "Deploys" }, title: "v2 is live" })])[0]), "Deploys|: v2 is live")
  const long = row(1, { stream: { name: "x".repeat(60) }, title: "v2 is live" })
  assert.equal(said(grouped([long])[0]), `${"x".repeat(32)}…|: v2 is live`)
})
