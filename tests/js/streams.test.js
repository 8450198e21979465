import assert from "node:assert/strict"
import test from "node:test"
import { Streams } from "../../static/js/models/streams.js"
import { Client } from "../../static/js/realtime/client.js"
import { FakeClock, FakeServer, settle } from "./fakes.js"

const value = number => ({ value: number, at: new Date().toISOString() })
const price = (change = {}) => ({
  name: "EUR/USD",
  url: "/streams/eur-usd/",
  points: "/streams/eur-usd/points.json",
  topic: "stream.3",
  seq: 7,
  keeps_value: true,
  latest: value(1.07),
  ...change,
})
const deploys = { ...price(), name: "Deploys", topic: "stream.4", keeps_value: false, latest: null }

function open(entries) {
  const [server, mine] = [new FakeServer(), { entries, points: { latest: value(3), points: [] } }]
  const client = new Client({ openSocket: server.openSocket, clock: new FakeClock(), epoch: "one" })
  const streams = new Streams({ client, fetchMine: async () => mine.entries, fetchPoints: async () => mine.points })
  streams.take(entries)
  client.open()
  server.greets()
  return { server, streams, mine }
}

test("a stream with a value is subscribed from the page's seq, one with news alone is not", () => {
  const { server, streams } = open([price(), deploys])
  assert.deepEqual(server.last("subscribe").data, { epoch: "one", topics: { "stream.3": 7 } })
  server.answers("subscribe", { topics: { "stream.3": { head: 7 } } })
  server.says({ topic: "stream.3", type: "value", seq: 8, data: value(1.08) })
  assert.deepEqual(
    streams.all.map(({ series }) => series?.latest.value),
    [1.08, undefined],
  )
})

test("subscriptions follow other windows, and the remaining streams keep their values", async () => {
  const { server, streams, mine } = open([price()])
  server.answers("subscribe", { topics: { "stream.3": { head: 7 } } })
  const [kept] = streams.all
  mine.entries = [price({ latest: value(0) }), deploys]
  await streams.refresh()
  assert.deepEqual([streams.all[0], streams.all[1].name], [kept, "Deploys"])
  mine.entries = [deploys]
  await streams.refresh()
  assert.deepEqual(server.last("unsubscribe").data, { topics: ["stream.3"] })
})

test("after too much was missed its value is fetched", async () => {
  const { server, streams } = open([price()])
  server.answers("subscribe", { topics: { "stream.3": { head: 900, reset: true } } })
  await settle()
  assert.equal(streams.all[0].series.latest.value, 3)
})
