import assert from "node:assert/strict"
import test from "node:test"
import { oneTabAtATime, tabChannel } from "../../static/js/helpers/browser.js"
import { findRegistration, findSubscription } from "../../static/js/helpers/push-subscription.js"
import { tabElection } from "../../static/js/helpers/tab-election.js"

const refuse = async () => {
  throw new DOMException("", "SecurityError")
}

function browserWith(navigator) {
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true })
}

test("if the browser refuses the lock, the work is done all the same", async () => {
  assert.equal(await oneTabAtATime("work", { request: refuse })(async () => "done"), "done")
})

test("work that fails is not done twice", async () => {
  let times = 0
  const work = async () => {
    times += 1
    throw new Error("failed")
  }
  await assert.rejects(oneTabAtATime("work", { request: (_, act) => act() })(work), { message: "failed" })
  assert.equal(times, 1)
})

test("without locks that work, each tab has the turn", async () => {
  browserWith({ locks: { request: refuse } })
  assert.equal(await tabElection("scope")("one", 0), true)
})

test("a forbidden or closed channel sends nothing, and fails nothing", () => {
  const { BroadcastChannel } = globalThis
  globalThis.BroadcastChannel = class {
    constructor(name) {
      if (name === "forbidden") throw new DOMException("", "SecurityError")
    }
    postMessage() {
      throw new DOMException("", "InvalidStateError")
    }
  }
  for (const name of ["forbidden", "closed"]) tabChannel(name).send("news")
  globalThis.BroadcastChannel = BroadcastChannel
})

test("a browser that hides its service worker has none", async () => {
  browserWith({ serviceWorker: { getRegistration: refuse } })
  assert.deepEqual([await findRegistration(), await findSubscription()], [null, null])
  browserWith({ serviceWorker: { getRegistration: async () => ({ pushManager: { getSubscription: refuse } }) } })
  assert.equal(await findSubscription(), null)
})
