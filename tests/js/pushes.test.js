import assert from "node:assert/strict"
import test from "node:test"
import { chooseWindow, isSeen, parsePush, readPush, wantsToBeSeen } from "../../static/js/worker/pushes.js"

const PUSH = {
  title: "Ana wrote to you",
  body: "Lunch?",
  url: "/rooms/4/?message=7",
  open: "/notifications/7/open/",
  tag: "room.4",
  ids: [7],
  unread: 3,
}
const pictures = { icon: "icon.png", badge: "badge.png" }
const windows = {
  hidden: { focused: false, visibilityState: "hidden" },
  beside: { focused: false, visibilityState: "visible" },
  inFront: { focused: true, visibilityState: "visible" },
}

function shown(ids, tag = "room.4") {
  return [{ tag, ids }]
}

test("a push is shown with all that a press on it needs", () => {
  const todo = readPush(PUSH, pictures)
  assert.deepEqual(todo, {
    show: {
      title: "Ana wrote to you",
      options: {
        body: "Lunch?",
        tag: "room.4",
        ...pictures,
        silent: false,
        renotify: true,
        data: { url: PUSH.url, open: PUSH.open, ids: [7] },
        actions: [{ action: "read", title: "Mark as read" }],
      },
    },
    toPages: false,
    close: [],
    badge: 3,
  })
})

test("a page that the user looks at shows the notification itself", () => {
  const todo = readPush(PUSH, { ...pictures, isSeen: true })
  assert.deepEqual([todo.show, todo.toPages, todo.badge], [null, true, 3])
})

test("where each push must be seen it is, without a sound", () => {
  const { show, toPages } = readPush(PUSH, { isSeen: true, mustShow: true })
  assert.equal(toPages, true)
  assert.equal(show.options.silent, true)
  // A browser refuses a silent notification with renotify.
  assert.equal("renotify" in show.options, false)
})

test("a test push is shown even if the user looks at the page", () => {
  const trial = { title: "This device is reached", tag: "trial", always: true }
  const { show } = readPush(trial, { isSeen: true })
  assert.equal(show.options.silent, false)
  assert.equal(show.options.actions, undefined)
  assert.deepEqual(show.options.data, { url: "/", open: "/" })
})

test("a push delivered twice alerts once", () => {
  const { show } = readPush(PUSH, { shown: shown([7]) })
  assert.equal(show.options.renotify, false)
  assert.equal(show.options.body, "Lunch?")
})

test("the next push of a group replaces the one before, and counts it", () => {
  const next = { ...PUSH, ids: [9], body: "At one?" }
  const { options } = readPush(next, { shown: [...shown([7, 8]), ...shown([1], "room.5")] }).show
  assert.equal(options.renotify, true)
  assert.equal(options.body, "At one?\nand 2 earlier")
  assert.deepEqual(options.data.ids, [7, 8, 9])
})

test("without a tag nothing is replaced", () => {
  const { show } = readPush({ title: "Hi" })
  assert.equal("renotify" in show.options, false)
})

test("a push may close others and show nothing", () => {
  const todo = readPush({ close: ["room.4", "several"], unread: 0 })
  assert.deepEqual(todo, { show: null, toPages: false, close: ["room.4", "several"], badge: 0 })
})

test("an unreadable push still shows a text", () => {
  const broken = { json: () => JSON.parse("{") }
  for (const data of [null, broken, { json: () => 7 }, { json: () => null }]) {
    assert.equal(parsePush(data).title, "You have a new notification")
  }
  assert.equal(parsePush({ json: () => PUSH }), PUSH)
})

test("a press opens it in the window in front, else in one that can be seen, else in any", () => {
  const { hidden, beside, inFront } = windows
  assert.equal(chooseWindow([hidden, beside, inFront]), inFront)
  assert.equal(chooseWindow([hidden, beside]), beside)
  assert.equal(chooseWindow([hidden]), hidden)
  assert.equal(chooseWindow([]), null)
})

test("only a page that has the focus is before one's eyes", () => {
  assert.equal(isSeen([windows.hidden, windows.beside]), false)
  assert.equal(isSeen([windows.hidden, windows.inFront]), true)
  assert.equal(isSeen([{ focused: true, visibilityState: "hidden" }]), false)
})

test("Apple wants each push to be seen", () => {
  assert.equal(wantsToBeSeen("https://web.push.apple.com/QGu"), true)
  assert.equal(wantsToBeSeen("https://push.apple.com.example.org/QGu"), false)
  assert.equal(wantsToBeSeen("https://fcm.googleapis.com/fcm/send/x"), false)
  assert.equal(wantsToBeSeen(undefined), false)
})
