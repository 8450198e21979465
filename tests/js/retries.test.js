import assert from "node:assert/strict"
import test from "node:test"
import { Retries } from "../../static/js/realtime/retries.js"
import { FakeClock, settle } from "./fakes.js"

function make() {
  const clock = new FakeClock()
  clock.luck = 1
  const [retries, tried] = [new Retries({ clock }), []]
  const failing = new Set()
  const run = name =>
    retries.run(name, async () => {
      tried.push(name)
      if (failing.has(name)) throw new Error("No.")
    })
  return { clock, failing, retries, run, tried }
}

/** Return the delays of so many attempts, in milliseconds. */
async function measure(clock, tried, count) {
  const times = []
  for (let before = tried.length; times.length < count; before = tried.length) {
    const begin = clock.now()
    while (tried.length === before) {
      clock.pass(50)
      await settle()
    }
    times.push(clock.now() - begin)
  }
  return times
}

test("work that succeeds is done once, at once", async () => {
  const { clock, run, tried } = make()
  await run("a")
  clock.pass(100_000)
  assert.deepEqual(tried, ["a"])
})

test("a failed job is retried after growing delays, until it succeeds", async () => {
  const { clock, failing, run, tried } = make()
  failing.add("a")
  await run("a")
  assert.deepEqual(await measure(clock, tried, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  failing.clear()
  assert.deepEqual(await measure(clock, tried, 1), [30_000])
  clock.pass(100_000)
  assert.equal(tried.length, 9)
})

test("the delays are jittered: at least half of each", async () => {
  const { clock, failing, run, tried } = make()
  clock.luck = 0
  failing.add("a")
  await run("a")
  assert.deepEqual(await measure(clock, tried, 3), [500, 1_000, 2_000])
})

test("all that failed is tried together", async () => {
  const { clock, failing, run, tried } = make()
  for (const name of ["a", "b", "c"]) failing.add(name)
  await Promise.all([run("a"), run("b"), run("c")])
  clock.pass(1_000)
  await settle()
  assert.deepEqual(tried, ["a", "b", "c", "a", "b", "c"])
})

test("when the network is back it is tried at once, and the delays begin anew", async () => {
  const { clock, failing, retries, run, tried } = make()
  failing.add("a")
  await run("a")
  await measure(clock, tried, 4)
  retries.hurry()
  await settle()
  assert.equal(tried.length, 6)
  assert.deepEqual(await measure(clock, tried, 1), [1_000])
})

test("work that is under way is not hurried", async () => {
  const { retries } = make()
  let times = 0
  retries.run("a", () => {
    times += 1
    return new Promise(() => {})
  })
  retries.hurry()
  assert.equal(times, 1)
})

test("a cancelled or replaced job is not current, and not retried", async () => {
  const { clock, retries } = make()
  const ends = []
  const start = (name, error) => {
    let end
    const done = new Promise((resolve, reject) => {
      end = () => (error ? reject(error) : resolve())
    })
    retries.run("a", async isCurrent => {
      await done.finally(() => ends.push([name, isCurrent()]))
    })
    return end
  }
  const [first, second] = [start("first", new Error("No.")), start("second")]
  first()
  second()
  await settle()
  start("third", new Error("No."))
  retries.cancel("a")
  clock.pass(100_000)
  await settle()
  assert.deepEqual(ends, [
    ["first", false],
    ["second", true],
  ])
})
