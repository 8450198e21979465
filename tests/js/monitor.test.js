import assert from "node:assert/strict"
import test from "node:test"
import { Monitor } from "../../static/js/realtime/monitor.js"
import { FakeClock, settle } from "./fakes.js"

function watch({ answer = "ok", online = true } = {}) {
  const clock = new FakeClock()
  const done = []
  const connection = { open: () => done.push("open"), drop: () => done.push("drop"), ping: () => done.push("ping") }
  const network = { online }
  const monitor = new Monitor({
    connection,
    clock,
    changed() {},
    signedOut: () => done.push("signed out"),
    probe: async () => answer,
    isOnline: () => network.online,
  })
  const connected = () => {
    monitor.connect()
    monitor.opened()
    monitor.greeted()
    done.length = 0
  }
  return { clock, done, monitor, network, connected }
}

test("35 s of silence drop the connection, a heartbeat in between does not", () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  clock.pass(30_000)
  monitor.received()
  clock.pass(34_000)
  assert.deepEqual(done, [])
  clock.pass(1_000)
  assert.deepEqual(done, ["drop"])
})

test("the pause doubles from 1 s to 30 s, times luck", () => {
  const { clock, monitor } = watch()
  clock.luck = 1
  const pauses = Array.from({ length: 8 }, () => {
    monitor.connect()
    monitor.opened()
    monitor.closed(1006)
    return monitor.until - clock.now()
  })
  assert.deepEqual(
    pauses,
    [1, 2, 4, 8, 16, 30, 30, 30].map(seconds => seconds * 1000),
  )
})

test("a network that is back while a try is under way starts the pauses over, should it fail", () => {
  const { clock, monitor } = watch()
  clock.luck = 1
  for (let time = 0; time < 4; time += 1) monitor.closed(1006)
  monitor.connect()
  monitor.wentOnline()
  monitor.closed(1006)
  assert.equal(monitor.until - clock.now(), 1_000)
})

test("a connection that held for a while starts the pauses over", () => {
  const { clock, monitor, connected } = watch()
  clock.luck = 1
  for (let time = 0; time < 4; time += 1) monitor.closed(1006)
  connected()
  clock.pass(20_000)
  monitor.closed(4012)
  assert.equal(monitor.until - clock.now(), 1_000)
})

test("the delay of a restarting server is used", () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  monitor.closed(4012, 2_400)
  assert.deepEqual([monitor.state, monitor.until], ["waiting", 2_400])
  clock.pass(2_399)
  assert.deepEqual(done, [])
  clock.pass(1)
  assert.deepEqual(done, ["open"])
})

test("where it is not there yet at that moment, our own pauses begin", () => {
  const { clock, done, monitor, connected } = watch()
  clock.luck = 1
  connected()
  monitor.closed(4012, 0)
  clock.pass(0)
  assert.deepEqual(done, ["open"])
  monitor.closed(1006)
  assert.equal(monitor.until - clock.now(), 1_000)
})

test("a moment that cannot be is not waited for", () => {
  const { clock, monitor, connected } = watch()
  clock.luck = 1
  for (const [moment, pause] of [
    [-1, 1_000],
    ["soon", 2_000],
    [Number.POSITIVE_INFINITY, 4_000],
    [3_600_000, 30_000],
  ]) {
    connected()
    monitor.closed(4012, moment)
    assert.equal(monitor.until - clock.now(), pause, moment)
  }
})

test("it connects again when the pause is over", () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  monitor.closed(4008)
  clock.pass(500)
  assert.deepEqual(done, ["open"])
  assert.equal(monitor.state, "connecting")
})

test("codes from 4500 on end it, each in its own words, until the person asks", () => {
  const { clock, done, monitor, connected } = watch()
  for (const [code, state] of [
    [4501, "signed-out"],
    [4500, "outdated"],
    [4508, "blocked"],
  ]) {
    connected()
    monitor.closed(code)
    clock.pass(60_000)
    assert.deepEqual([monitor.state, done], [state, []])
  }
  monitor.retryNow()
  assert.deepEqual(done, ["open"])
})

test("signed out elsewhere, but with a new sign-in in this browser, it comes back", async () => {
  const { clock, done, monitor, connected } = watch({ answer: "signed-in" })
  connected()
  monitor.closed(4501)
  assert.equal(monitor.state, "signed-out")
  await settle()
  clock.pass(1_000)
  assert.deepEqual([monitor.state, done], ["connecting", ["open"]])
})

test("a refused handshake asks why: signed out ends it", async () => {
  const { clock, done, monitor } = watch({ answer: "signed-out" })
  monitor.connect()
  monitor.closed(1006)
  await settle()
  clock.pass(60_000)
  assert.deepEqual([monitor.state, done], ["signed-out", ["open", "signed out"]])
})

test("a dead network is waited for and used the moment it is back", () => {
  const { clock, done, monitor, network, connected } = watch()
  connected()
  network.online = false
  monitor.closed(1006)
  clock.pass(60_000)
  assert.deepEqual([monitor.state, done], ["offline", []])
  monitor.wentOnline()
  assert.deepEqual(done, ["open"])
})

test("looking at the page retries at once, and doubts a connection that was quiet", () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  monitor.becameVisible()
  assert.deepEqual(done, [])
  clock.pass(20_000)
  monitor.becameVisible()
  assert.deepEqual(done, ["ping"])
  clock.pass(5_000)
  assert.deepEqual(done, ["ping", "drop"])
  monitor.closed(1006)
  monitor.becameVisible()
  assert.deepEqual(done, ["ping", "drop", "open"])
})

test("a reply to the ping keeps the connection", () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  clock.pass(20_000)
  monitor.becameVisible()
  monitor.received()
  clock.pass(20_000)
  assert.deepEqual(done, ["ping"])
})

test("a server without hello is dropped", () => {
  const { clock, done, monitor } = watch()
  monitor.connect()
  clock.pass(12_000)
  assert.deepEqual(done, ["open", "drop"])
})

for (const [answer, isSaid] of [
  ["signed-out", true],
  ["signed-in", false],
  ["unreachable", false],
])
  test(`4501 and a server that says ${answer}: ${isSaid ? "signed out for sure" : "not for sure"}`, async () => {
    const { done, monitor, connected } = watch({ answer })
    connected()
    await monitor.closed(4501)
    assert.equal(done.includes("signed out"), isSaid)
  })

test("a connection that was ended stays so", async () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  monitor.end()
  await monitor.closed(1006)
  monitor.wentOnline()
  monitor.becameVisible()
  monitor.retryNow()
  clock.pass(100_000)
  assert.deepEqual([done, monitor.state], [["drop"], "signed-out"])
})

test("the offline event shows at once, and a connection that still replies goes on", async () => {
  const { done, monitor, connected, network } = watch()
  connected()
  let answer
  monitor.connection.ping = () =>
    new Promise(resolve => {
      answer = resolve
    })
  network.online = false
  monitor.wentOffline()
  assert.equal(monitor.state, "offline")
  answer(true)
  await settle()
  assert.deepEqual([monitor.state, done], ["connected", []])
})

test("one that does not answer is dropped, and the network's return opens no second one before", () => {
  const { clock, done, monitor, connected, network } = watch()
  connected()
  network.online = false
  monitor.wentOffline()
  network.online = true
  monitor.wentOnline()
  assert.deepEqual([monitor.state, done], ["offline", ["ping", "ping"]])
  clock.pass(5_000)
  assert.deepEqual(done, ["ping", "ping", "drop"])
  monitor.closed(1006)
  assert.equal(monitor.state, "waiting")
})

test("where there are too many windows, another try comes by itself, and when one looks", () => {
  const { clock, done, monitor, connected } = watch()
  connected()
  monitor.closed(4504)
  assert.deepEqual([monitor.state, done], ["too-many", []])
  clock.pass(30_000)
  assert.deepEqual([monitor.state, done], ["connecting", ["open"]])
  monitor.closed(4504)
  monitor.becameVisible()
  assert.deepEqual(done, ["open", "open"])
})
