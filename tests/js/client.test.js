import assert from "node:assert/strict"
import test from "node:test"
import { Client } from "../../static/js/realtime/client.js"
import { FakeClock, FakeServer, settle } from "./fakes.js"

function connect({ topics = {}, epoch = "one" } = {}) {
  const server = new FakeServer()
  const clock = new FakeClock()
  const received = []
  const client = new Client({ openSocket: server.openSocket, clock, epoch })
  const listener = topic => ({
    event: ({ seq, type }) => received.push([topic, seq ?? type]),
    reset: () => received.push([topic, "reset"]),
    refused: ({ code }) => received.push([topic, code]),
  })
  for (const [topic, after] of Object.entries(topics)) client.subscribe(topic, after, listener(topic))
  client.open()
  return { server, clock, client, received, listener }
}

const message = (seq, topic = "room.1") => ({ topic, type: "message", seq, data: {} })

test("after hello all topics are asked for at once, with their cursors and the epoch they come from", () => {
  const { server } = connect({ topics: { "room.1": 5, "user.7": null } })
  server.greets({ epoch: "two" })
  assert.deepEqual(server.last("subscribe").data, { epoch: "one", topics: { "room.1": 5, "user.7": null } })
})

test("a connection of another user is dropped before anything is sent", () => {
  const { server, client } = connect({ topics: { "room.1": 5 } })
  client.accepts = () => false
  server.greets()
  assert.deepEqual([server.sent, client.connected], [[], false])
})

test("a reply settles its own command, in any order", async () => {
  const { server, client } = connect()
  server.greets()
  const first = client.send("message.post", "room.1", { text: "a" })
  const second = client.send("message.post", "room.1", { text: "b" })
  const [one, two] = server.sent.map(({ ref }) => ref)
  server.says({ ref: two, error: { code: "archived", message: "No.", retry: false } }, { ref: one, ok: { id: 1 } })
  assert.deepEqual(await first, { id: 1 })
  await assert.rejects(second, { code: "archived", retry: false })
})

test("a command without a reply times out, or fails at once when the connection is lost", async () => {
  const { server, client, clock } = connect()
  server.greets()
  const late = client.send("ping")
  clock.pass(15_000)
  await assert.rejects(late, { code: "timeout", retry: true })
  const cut = client.send("ping")
  server.close(1006)
  await assert.rejects(cut, { code: "disconnected", retry: true })
  await assert.rejects(client.send("ping"), { code: "disconnected" })
})

test("a gap is fetched from the cursor, and later events are applied once", () => {
  const { server, received } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 5 } } })
  server.says(message(6), message(8))
  assert.equal(server.last("subscribe").data.topics["room.1"], 6)
  server.says(message(7), message(8), { ref: server.last("subscribe").ref, ok: { topics: { "room.1": { head: 8 } } } })
  server.says(message(8), message(9))
  assert.deepEqual(received, [
    ["room.1", 6],
    ["room.1", 7],
    ["room.1", 8],
    ["room.1", 9],
  ])
})

test("the reply counts before the next line of its frame: a gap after it is found", () => {
  const { server, received } = connect({ topics: { "room.1": 5 } })
  server.greets()
  const { ref } = server.last("subscribe")
  server.says({ ref, ok: { topics: { "room.1": { head: 5 } } } }, message(7))
  assert.deepEqual(received, [])
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
  const { server, received } = connect({ topics: { "room.1": 5, "room.2": 7 } })
  server.greets()
  server.says({ topic: "room.1", type: "removed", data: {} }, message(6), message(8, "room.2"))
  server.close(1006)
  assert.deepEqual(received, [
    ["room.1", "not_found"],
    ["room.2", 8],
  ])
})

test("reset and refusal reach the listener, a retryable refusal is tried again", () => {
  const { server, clock, received } = connect({ topics: { "room.1": 5, "room.2": 5, "room.3": 5 } })
  server.greets()
  server.answers("subscribe", {
    topics: {
      "room.1": { head: 70, reset: true },
      "room.2": { error: { code: "not_found", retry: false } },
      "room.3": { error: { code: "unavailable", retry: true } },
    },
  })
  assert.deepEqual(received, [
    ["room.1", "reset"],
    ["room.2", "not_found"],
  ])
  clock.pass(3_000)
  assert.deepEqual(server.last("subscribe").data.topics, { "room.3": 5 })
})

test("a new connection resumes from the cursors", () => {
  const { server, client } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 8 } } })
  server.close(4012)
  client.open()
  server.greets()
  assert.equal(server.last("subscribe").data.topics["room.1"], 8)
})

test("the delay of `restarting` holds for this connection only", () => {
  const { server, client } = connect()
  const ends = []
  client.closed = (...end) => ends.push(end)
  server.greets()
  server.says({ type: "restarting", data: { after_ms: 1200 } })
  server.close(4012)
  client.open()
  server.greets()
  server.close(1006)
  assert.deepEqual(ends, [
    [4012, 1200],
    [1006, null],
  ])
})

/** One topic that was reset at cursor 12; `states` settles the requests of its state. */
function reset({ head = 1112, epoch = "one" } = {}) {
  const it = connect()
  const states = []
  const listener = it.listener("room.1")
  listener.reset = () => {
    it.received.push(["room.1", "reset"])
    return new Promise((resolve, reject) => states.push({ resolve, reject }))
  }
  it.client.subscribe("room.1", 12, listener)
  it.server.greets({ epoch })
  it.resets = () => it.server.answers("subscribe", { topics: { "room.1": { head, reset: true } } })
  it.resets()
  const cursor = () => it.client.subscriptions.cursor("room.1")
  const asked = () => it.server.last("subscribe").data
  return { ...it, states, cursor, asked }
}

test("events are held while the state is fetched, and applied from its seq on", async () => {
  const { server, received, states, cursor } = reset()
  server.says(message(1113), { topic: "room.1", type: "typing", data: {} }, message(1114), message(1115))
  assert.deepEqual([received.slice(1), cursor()], [[["room.1", "typing"]], null])
  states[0].resolve(1114)
  await settle()
  assert.deepEqual([received.slice(2), cursor()], [[["room.1", 1115]], 1115])
  server.says(message(1116))
  assert.deepEqual(received.at(-1), ["room.1", 1116])
})

test("a state without a seq counts as of the reply's head", async () => {
  const { server, received, states } = reset()
  server.says(message(1113))
  states[0].resolve()
  await settle()
  assert.deepEqual(received.slice(1), [["room.1", 1113]])
})

test("a state that cannot be fetched is fetched again, and the cursor moves when it has arrived", async () => {
  const { server, clock, states, cursor, received } = reset()
  for (let time = 0; time < 5; time += 1) {
    states.at(-1).reject(new Error("Can't reach the server."))
    await settle()
    clock.pass(30_000)
  }
  assert.deepEqual([states.length, cursor()], [6, null])
  server.says({ type: "heartbeat", data: { heads: { "room.1": 1200 } } })
  clock.pass(3_000)
  assert.equal(server.sent.length, 1)
  states[5].resolve(1120)
  await settle()
  assert.deepEqual([cursor(), received.length], [1120, 6])
})

test("a connection lost before the state arrives resumes from the old cursor, and is reset again", async () => {
  const { server, client, clock, states, cursor, asked, resets } = reset()
  states[0].reject(new Error("Can't reach the server."))
  await settle()
  server.close(1006)
  clock.pass(60_000)
  assert.deepEqual([states.length, cursor()], [1, 12])
  client.open()
  server.greets()
  assert.deepEqual(asked(), { epoch: "one", topics: { "room.1": 12 } })
  resets()
  assert.equal(states.length, 2)
  states[1].resolve(1112)
  await settle()
  assert.equal(cursor(), 1112)
})

test("a state fetched for a lost connection moves no cursor", async () => {
  const { server, client, states, asked, cursor, resets } = reset()
  server.close(1006)
  states[0].resolve(1112)
  await settle()
  assert.equal(cursor(), 12)
  client.open()
  server.greets()
  resets()
  server.says(message(1113))
  states[1].resolve(1112)
  await settle()
  assert.deepEqual([asked().topics, cursor()], [{ "room.1": 12 }, 1113])
})

test("after an epoch change, topics without a state resume with the old epoch", async () => {
  const { server, client, states, asked } = reset({ epoch: "two", head: 5 })
  client.subscribe("room.2", 3, { event() {}, reset() {}, refused() {} })
  server.answers("subscribe", { topics: { "room.2": { head: 3 } } })
  server.close(1006)
  client.open()
  server.greets({ epoch: "two" })
  const [one, other] = server.sent.slice(-2).map(({ data }) => data)
  assert.deepEqual(
    [one, other],
    [
      { epoch: "one", topics: { "room.1": 12 } },
      { epoch: "two", topics: { "room.2": 3 } },
    ],
  )
  server.says({ ref: server.sent.at(-2).ref, ok: { topics: { "room.1": { head: 5, reset: true } } } })
  states[1].resolve(5)
  await settle()
  server.close(1006)
  client.open()
  server.greets({ epoch: "two" })
  assert.deepEqual(asked(), { epoch: "two", topics: { "room.1": 5, "room.2": 3 } })
})

test("a reply without reset on the next connection needs no state", async () => {
  const { server, client, clock, states, cursor } = reset()
  states[0].reject(new Error("No."))
  await settle()
  server.close(1006)
  client.open()
  server.greets()
  server.says({ ...message(1112), prev: 12 })
  server.answers("subscribe", { topics: { "room.1": { head: 1112 } } })
  clock.pass(60_000)
  await settle()
  assert.deepEqual([states.length, cursor()], [1, 1112])
})

test("of a topic that is forgotten no state is fetched any more", async () => {
  const { client, clock, states } = reset()
  states[0].reject(new Error("No."))
  await settle()
  client.unsubscribe("room.1")
  clock.pass(60_000)
  assert.equal(states.length, 1)
})

test("too many held events leave a gap, which is fetched from the state's seq", async () => {
  const { server, states, asked } = reset()
  for (let seq = 1113; seq <= 1700; seq += 1) server.says(message(seq))
  states[0].resolve(1112)
  await settle()
  assert.deepEqual(asked().topics, { "room.1": 1112 })
})

test("a gap that the server skips is seen before a heartbeat is believed, and obeyed", async () => {
  const { server, clock, client, received } = connect({ topics: { "room.1": 12 } })
  const cursor = () => client.subscriptions.cursor("room.1")
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 12 } } })
  server.says({ type: "heartbeat", data: { heads: { "room.1": 1112 } } })
  clock.pass(1_000)
  server.says({ ...message(1113), prev: 1112 })
  assert.deepEqual([received, cursor()], [[], 12])
  assert.deepEqual(server.last("subscribe").data.topics, { "room.1": 12 })
  server.says({ ...message(1114), prev: 1113 })
  assert.deepEqual([received, cursor()], [[], 12])
  server.answers("subscribe", { topics: { "room.1": { head: 1114, reset: true } } })
  await settle()
  clock.pass(5_000)
  server.says({ ...message(1115), prev: 1114 })
  assert.deepEqual(received, [
    ["room.1", "reset"],
    ["room.1", 1115],
  ])
  assert.equal(server.sent.length, 2)
})

test("the gap is seen, too, when nothing follows but the heartbeat", () => {
  const { server, clock } = connect({ topics: { "room.1": 12 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 12 } } })
  server.says({ type: "heartbeat", data: { heads: { "room.1": 1112 } } })
  clock.pass(2_000)
  assert.deepEqual(server.last("subscribe").data.topics, { "room.1": 12 })
  assert.equal(server.sent.length, 2)
})

test("a topic that is forgotten is unsubscribed and silent", () => {
  const { server, client, received } = connect({ topics: { "room.1": 5 } })
  server.greets()
  server.answers("subscribe", { topics: { "room.1": { head: 5 } } })
  client.unsubscribe("room.1")
  assert.deepEqual(server.last("unsubscribe").data, { topics: ["room.1"] })
  server.says(message(6))
  assert.deepEqual(received, [])
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

test("a refused topic delays no other", async () => {
  const { server, received } = connect({ topics: { "room.1": 5, "room.2": 5 } })
  server.greets()
  const refusal = { code: "too_many_topics", message: "No.", retry: false }
  server.answers("subscribe", { topics: { "room.1": { error: refusal }, "room.2": { head: 5 } } })
  server.says(message(6, "room.2"))
  assert.deepEqual(received, [
    ["room.1", "too_many_topics"],
    ["room.2", 6],
  ])
})

test("a command refused as a whole is split until the reason is alone", async () => {
  const { server, received, client } = connect({ topics: { "room.1": 5, "room.2": 5, "room.3": 5 } })
  let isReady = false
  client.subscriptions.ready = () => {
    isReady = true
  }
  server.greets()
  for (let number = 0; number < server.sent.length; number += 1) {
    const { ref, data } = server.sent[number]
    const names = Object.keys(data.topics)
    const isRefused = names.includes("room.2")
    const ok = { topics: Object.fromEntries(names.map(name => [name, { head: 5 }])) }
    server.says(isRefused ? { ref, error: { code: "bad_command", message: "No.", retry: false } } : { ref, ok })
  }
  assert.deepEqual(received, [["room.2", "bad_command"]])
  assert.equal(client.subscriptions.has("room.1") && client.subscriptions.has("room.3"), true)
  assert.equal(isReady, true)
})

test("where there is not room for all topics, those that can wait come last", () => {
  const { server, client, listener } = connect()
  client.subscribe("room.1", 5, { ...listener("room.1"), canWait: true })
  client.subscribe("site.0", null, listener("site.0"))
  server.greets()
  assert.deepEqual(Object.keys(server.last("subscribe").data.topics), ["site.0", "room.1"])
})
