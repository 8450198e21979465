import assert from "node:assert/strict"
import test from "node:test"
import { tabElection } from "../../static/js/helpers/tab-election.js"

// Open timers must not keep the test running.
const { BroadcastChannel: Channel, setTimeout: setTimer } = globalThis
globalThis.BroadcastChannel = class extends Channel {
  constructor(name) {
    super(name)
    this.unref()
  }
}
globalThis.setTimeout = (act, delay) => {
  const timer = setTimer(act, delay)
  if (delay > 10_000) timer.unref()
  return timer
}

/** Fake locks, shared by the tabs of one browser. */
function makeLocks() {
  const held = new Set()
  return {
    async request(name, _, act) {
      if (held.has(name)) return act(null)
      held.add(name)
      await act({ name })
      held.delete(name)
    },
  }
}

for (const [how, locks] of Object.entries({ "by a lock": makeLocks(), "by word of mouth": undefined })) {
  const tabs = count => {
    Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true })
    return Array.from({ length: count }, () => tabElection(`scope ${how}`))
  }

  test(`${how}, one of five tabs has the turn`, async () => {
    const turns = await Promise.all(tabs(5).map(take => take("five", 0)))
    assert.equal(turns.filter(Boolean).length, 1)
  })

  test(`${how}, the one that asks first has it`, async () => {
    const [late, soon] = tabs(2)
    assert.deepEqual(await Promise.all([late("two", 80), soon("two", 0)]), [false, true])
  })

  test(`${how}, who hears of it much later finds it taken, and the next is free`, async () => {
    const [one, other] = tabs(2)
    assert.equal(await one("three", 0), true)
    assert.equal(await other("three", 0), false)
    assert.equal(await other("four", 0), true)
  })
}
