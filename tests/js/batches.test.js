import assert from "node:assert/strict"
import test from "node:test"
import { Batches } from "../../static/js/models/batches.js"
import { FakeClock } from "./fakes.js"

/** Loads wait until the test resolves them. */
function gather(options = {}) {
  const clock = new FakeClock()
  const asked = []
  const answers = []
  const load = ids => {
    asked.push(ids)
    return new Promise((resolve, reject) => answers.push({ resolve, reject }))
  }
  const batches = new Batches({ clock, load, pause: 100, ...options })
  return { clock, asked, batches, next: () => answers.shift() }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

test("ids that arrive together are loaded together, each once", () => {
  const { clock, asked, batches } = gather()
  batches.add(["1", "2"])
  batches.add(["2", "3"])
  clock.pass(99)
  assert.deepEqual(asked, [])
  clock.pass(1)
  assert.deepEqual(asked, [["1", "2", "3"]])
})

test("ids that arrive during a load wait for it", async () => {
  const { clock, asked, batches, next } = gather()
  batches.add(["1"])
  clock.pass(100)
  batches.add(["1", "2"])
  clock.pass(10_000)
  assert.equal(asked.length, 1)
  next().resolve()
  await settled()
  clock.pass(100)
  assert.deepEqual(asked[1], ["1", "2"])
})

test("more than may be named at once comes in turns", async () => {
  const { clock, asked, batches, next } = gather({ size: 2 })
  batches.add(["1", "2", "3"])
  clock.pass(100)
  next().resolve()
  await settled()
  clock.pass(100)
  assert.deepEqual(asked, [["1", "2"], ["3"]])
})

test("nothing is asked for nothing", () => {
  const { clock, asked, batches } = gather()
  batches.add([])
  clock.pass(1_000)
  assert.deepEqual(asked, [])
})
