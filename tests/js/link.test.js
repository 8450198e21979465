import assert from "node:assert/strict"
import test from "node:test"
import { Link } from "../../static/js/realtime/link.js"
import { FakeClock, FakeServer } from "./fakes.js"

function connect({ topics = {}, epoch = "one" } = {}) {
  const server = new FakeServer()
  const clock = new FakeClock()
  const heard = []
  const link = new Link({ openSocket: server.openSocket, clock, epoch })
  const listener = topic => ({
    event: ({ seq, type }) => heard.push([topic, seq ?? type]),
    reset: () => heard.push([topic, "reset"]),
    refused: ({ code }) => heard.push([topic, code]),
  })
  for (const [topic, after] of Object.entries(topics)) link.listen(topic, after, listener(topic))
  link.open()
  return { server, clock, link, heard, listener }
}

const message = (seq, topic = "room.1") => ({ topic, type: "message", seq, data: {} })

test("after hello all topics are asked for at once, with their cursors and the epoch they come from", () => {
  const { server } = connect({ topics: { "room.1": 5, "user.7": null } })
  server.greets({ epoch: "two" })
  assert.deepEqual(server.last("subscribe").data, { epoch: "one", topics: { "room.1": 5, "user.7": null } })
})

test("a line that is somebody else's is dropped before anything is said on it", () => {
  const { server, link } = connect({ topics: { "room.1": 5 } })
  link.accepts = () => false
  server.greets()
  assert.deepEqual([server.sent, link.connected], [[], false])
})

test("a reply settles its own command, in any order", async () => {
  const { server, link } = connect()
  server.greets()
  const first = link.send("message.post", "room.1", { text: "a" })
  const second = link.send("message.post", "room.1", { text: "b" })
  const [one, two] = server.sent.map(({ ref }) => ref)
  server.says({ ref: two, error: { code: "archived", message: "No.", retry: false } }, { ref: one, ok: { id: 1 } })
  assert.deepEqual(await first, { id: 1 })
  await assert.rejects(second, { code: "archived", retry: false })
})

test("a command without an answer is given up, one on a broken line at once", async () => {
  const { server, link, clock } = connect()
  server.greets()
  const late = link.send("ping")
  clock.pass(15_000)
  await assert.rejects(late, { code: "timeout", retry: true })
  const cut = link.send("ping")
  server.close(1006)
  await assert.rejects(cut, { code: "disconnected", retry: true })
  await assert.rejects(link.send("ping"), { code: "disconnected" })
})

test("a gap is asked for again from the cursor, and what follows comes once", () => {
  const { server, heard } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 5 } } })
  server.says(message(6), message(8))
  assert.equal(server.last("subscribe").data.topics["room.1"], 6)
  server.says(message(7), message(8), { ref: server.last("subscribe").ref, ok: { topics: { "room.1": { head: 8 } } } })
  server.says(message(8), message(9))
  assert.deepEqual(heard, [
    ["room.1", 6],
    ["room.1", 7],
    ["room.1", 8],
    ["room.1", 9],
  ])
})

test("the reply counts before the next line of its frame: a hole behind it is seen", () => {
  const { server, heard } = connect({ topics: { "room.1": 5 } })
  server.greets()
  const { ref } = server.last("subscribe")
  server.says({ ref, ok: { topics: { "room.1": { head: 5 } } } }, message(7))
  assert.deepEqual(heard, [])
  assert.equal(server.last("subscribe").data.topics["room.1"], 5)
})

test("a head that stays ahead is asked for; one that was only early is not", () => {
  const { server, clock } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 5 } } })
  server.says({ type: "heartbeat", data: { heads: { "room.1": 6 } } })
  server.says(message(6))
  clock.pass(3_000)
  assert.equal(server.sent.length, 1)
  server.says({ type: "heartbeat", data: { heads: { "room.1": 9 } } })
  clock.pass(3_000)
  assert.equal(server.last("subscribe").data.topics["room.1"], 6)
})

test("a subscription that the server ends is refused, and not asked for again", () => {
  const { server, heard } = connect({ topics: { "room.1": 5, "room.2": 7 } })
  server.greets()
  server.says({ topic: "room.1", type: "removed", data: {} }, message(6), message(8, "room.2"))
  server.close(1006)
  assert.deepEqual(heard, [
    ["room.1", "not_found"],
    ["room.2", 8],
  ])
})

test("reset and refusal reach the listener, a retryable refusal is tried again", () => {
  const { server, clock, heard } = connect({ topics: { "room.1": 5, "room.2": 5, "room.3": 5 } })
  server.greets()
  server.answers("subscribe", {
    topics: {
      "room.1": { head: 70, reset: true },
      "room.2": { error: { code: "not_found", retry: false } },
      "room.3": { error: { code: "unavailable", retry: true } },
    },
  })
  assert.deepEqual(heard, [
    ["room.1", "reset"],
    ["room.2", "not_found"],
  ])
  clock.pass(3_000)
  assert.deepEqual(server.last("subscribe").data.topics, { "room.3": 5 })
})

test("a new line asks from where the old one stood", () => {
  const { server, link } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 8 } } })
  server.close(4012)
  link.open()
  server.greets()
  assert.equal(server.last("subscribe").data.topics["room.1"], 8)
})

test("when to come back is what this line's server said, and no longer holds on the next", () => {
  const { server, link } = connect()
  const ends = []
  link.closed = (...end) => ends.push(end)
  server.greets()
  server.says({ type: "restarting", data: { after_ms: 1200 } })
  server.close(4012)
  link.open()
  server.greets()
  server.close(1006)
  assert.deepEqual(ends, [
    [4012, 1200],
    [1006, null],
  ])
})

test("a topic that is forgotten is unsubscribed and silent", () => {
  const { server, link, heard } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 5 } } })
  link.forget("room.1")
  assert.deepEqual(server.last("unsubscribe").data, { topics: ["room.1"] })
  server.says(message(6))
  assert.deepEqual(heard, [])
})

test("a thousand topics go in batches", () => {
  const topics = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`room.${index}`, index]))
  const { server } = connect({ topics })
  server.greets()
  assert.deepEqual(
    server.sent.map(({ data }) => Object.keys(data.topics).length),
    [400, 400, 200],
  )
})
