import assert from "node:assert/strict"
import test from "node:test"
import { UnsentStore } from "../../static/js/models/unsent-store.js"
import { FakeClock, FakeDatabase, settle } from "./fakes.js"

const entry = key => ({ key })
const refusal = name => new DOMException("", name)

function make() {
  const [database, clock] = [new FakeDatabase(), new FakeClock()]
  const store = new UnsentStore({ open: database.open, clock })
  store.reopenings = 0
  store.reopened = () => {
    store.reopenings += 1
  }
  return { database, clock, store }
}

for (const says of [true, false])
  test(`a database that closes ${says ? "and says so" : "without a word"} is opened anew`, async () => {
    const { database, store } = make()
    await store.put(entry("a"))
    database.closes({ says })
    await store.put(entry("b"))
    await store.delete("a")
    assert.deepEqual(await store.all(), [entry("b")])
    assert.deepEqual([database.openings, store.isLasting, store.reopenings], [2, true, 1])
  })

test("nothing is opened before it is needed, and once for all", async () => {
  const { database, store } = make()
  assert.equal(database.openings, 0)
  await Promise.all([store.all(), store.put(entry("a")), store.delete("a")])
  assert.equal(database.openings, 1)
})

for (const name of ["SecurityError", "QuotaExceededError", "InvalidStateError", "UnknownError"])
  test(`${name}: it does without, and says that nothing lasts`, async () => {
    const { database, store } = make()
    let changes = 0
    store.on(() => {
      changes += 1
    })
    database.fails = refusal(name)
    await store.put(entry("a"))
    await store.put(entry("b"))
    await store.delete("a")
    assert.deepEqual(await store.all(), [])
    assert.deepEqual([store.isLasting, changes], [false, 1])
  })

test("a browser that stores again is believed when something is stored", async () => {
  const { database, store } = make()
  database.fails = refusal("QuotaExceededError")
  await store.put(entry("a"))
  database.fails = null
  await store.all()
  assert.deepEqual([store.isLasting, store.reopenings], [false, 1])
  await store.put(entry("a"))
  assert.equal(store.isLasting, true)
})

test("a database that does not answer is waited for a second", async () => {
  const { database, clock, store } = make()
  database.hangs = true
  let isDone = false
  store.put(entry("a")).then(() => {
    isDone = true
  })
  await settle()
  clock.pass(999)
  await settle()
  assert.equal(isDone, false)
  clock.pass(1)
  await settle()
  assert.deepEqual([isDone, store.isLasting], [true, false])
})

test("a late write does not store a deleted message again", async () => {
  const { database, store } = make()
  await store.all()
  database.closes({ says: false })
  store.put(entry("a"))
  await store.delete("a")
  assert.deepEqual([...database.entries], [])
})

test("a closed store writes nothing and opens nothing", async () => {
  const { database, store } = make()
  await store.put(entry("a"))
  await store.close()
  await store.put(entry("b"))
  assert.deepEqual([[...database.entries.keys()], database.openings, database.handle.isClosed], [["a"], 1, true])
})
