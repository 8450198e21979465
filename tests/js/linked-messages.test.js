import assert from "node:assert/strict"
import { test } from "node:test"
import { LinkedMessages } from "../../static/js/models/linked-messages.js"

const SITE = "https://chat.example"

function setUp(visible = {}) {
  const asked = []
  const timers = []
  const fetch = async places => {
    asked.push(places)
    return places.filter(place => visible[place]).map(place => visible[place])
  }
  const clock = { setTimeout: act => timers.push(act) }
  const linked = new LinkedMessages({ fetch, clock, roomUrl: `${SITE}/rooms/{room}/` })
  const settle = async () => {
    while (timers.length) await timers.shift()()
  }
  return { linked, asked, settle }
}

function linking(...urls) {
  return { html: urls.map(url => `<a href="${url}" target="_blank">x</a>`).join(" ") }
}

const at = place => `${SITE}/rooms/${place.replace(".", "/?message=")}`
const message = (room, posted_seq, text = "hi") => ({ room, posted_seq, text })

test("links of one draw are asked for together, and once", async () => {
  const { linked, asked, settle } = setUp({ 1.2: message(1, 2), 3.4: message(3, 4) })
  const [one, other] = [linking(at("1.2"), at("9.9")), linking(at("3.4"), at("1.2"))]
  assert.deepEqual(linked.of(one), [])
  linked.of(other)
  await settle()
  assert.deepEqual(linked.of(one), [message(1, 2)])
  assert.deepEqual(linked.of(other), [message(3, 4), message(1, 2)])
  await settle()
  assert.deepEqual(asked, [["1.2", "9.9", "3.4"]])
})

test("only messages of this site are asked for", async () => {
  const { linked, asked, settle } = setUp()
  linked.of(linking("https://other.example/rooms/1/?message=2", `${SITE}/rooms/1/`, `${SITE}/x?message=2`))
  linked.of({ ...linking(at("1.2")), deleted_at: "2026-01-01" })
  await settle()
  assert.deepEqual(asked, [])
})

test("a change of the message is fetched, and what the server sent with the page is not", async () => {
  const visible = { 1.2: message(1, 2) }
  const { linked, asked, settle } = setUp(visible)
  linked.learn([message(1, 2)])
  const row = linking(at("1.2"))
  assert.equal(linked.of(row).length, 1)
  assert.deepEqual(asked, [])
  visible["1.2"] = message(1, 2, "edited")
  linked.refresh({ room: 1, posted_seq: 2 })
  linked.of(row)
  await settle()
  assert.deepEqual(linked.of(row), [message(1, 2, "edited")])
  const { version } = linked
  linked.refresh({ room: 1, posted_seq: 3 })
  assert.equal(linked.version, version)
})

test("another room shows what may be seen by then, and until then what was shown", async () => {
  const visible = { 1.2: message(1, 2) }
  const { linked, asked, settle } = setUp(visible)
  const row = linking(at("1.2"), at("3.4"))
  linked.of(row)
  await settle()
  delete visible["1.2"]
  visible["3.4"] = message(3, 4)
  linked.renew()
  assert.deepEqual(linked.of(row), [message(1, 2)])
  await settle()
  assert.deepEqual(linked.of(row), [message(3, 4)])
  assert.equal(asked.length, 2)
})

test("a change while the message is fetched is fetched, too", async () => {
  const answers = []
  const timers = []
  const linked = new LinkedMessages({
    fetch: () => new Promise(resolve => answers.push(resolve)),
    clock: { setTimeout: act => timers.push(act) },
    roomUrl: `${SITE}/rooms/{room}/`,
  })
  const row = linking(at("1.2"))
  linked.learn([message(1, 2, "first")])
  linked.renew()
  linked.of(row)
  const first = timers.shift()()
  linked.refresh(message(1, 2))
  linked.of(row)
  const second = timers.shift()()
  answers[0]([message(1, 2, "second")])
  await first
  answers[1]([message(1, 2, "third")])
  await second
  assert.equal(linked.of(row)[0].text, "third")
})

test("messages of a room that was left are gone", async () => {
  const { linked, settle } = setUp()
  linked.learn([message(1, 2), message(11, 2)])
  linked.forgetRoom(1)
  const row = linking(at("1.2"), at("11.2"))
  await settle()
  assert.deepEqual(linked.of(row), [message(11, 2)])
})

test("a failed request leaves a plain link", async () => {
  const timers = []
  const linked = new LinkedMessages({
    fetch: () => Promise.reject(new Error("offline")),
    clock: { setTimeout: act => timers.push(act) },
    roomUrl: `${SITE}/rooms/{room}/`,
  })
  linked.of(linking(at("1.2")))
  await timers.shift()()
  assert.deepEqual(linked.of(linking(at("1.2"))), [])
  assert.equal(timers.length, 0)
})
