import assert from "node:assert/strict"
import test from "node:test"
import { Push } from "../../static/js/models/push.js"
import { pushState } from "../../static/js/models/push-state.js"

const GOOD = { isSecure: true, hasPush: true, isAppleMobile: false, isInstalled: false, permission: "default" }
const PHONE = { id: 1, name: "Phone", gone_at: null }
const LAPTOP = { id: 2, name: "Laptop", gone_at: null }

/** A fake browser and server. */
function scene({ devices = [PHONE], subscribed = null, known = {}, facts = GOOD, ...rest } = {}) {
  const done = []
  let endpoint = subscribed
  const browser = {
    facts: () => facts,
    subscription: async () => endpoint && { endpoint },
    subscribe: async key => {
      done.push(["subscribe", key])
      if (rest.refuses) throw new DOMException("", rest.refuses)
      endpoint = "here"
      return { endpoint }
    },
    unsubscribe: async () => {
      done.push(["unsubscribe"])
      endpoint = null
    },
  }
  const api = {
    see: async where => known[where] ?? null,
    register: async subscription => {
      done.push(["register", subscription.endpoint])
      if (rest.full) throw Object.assign(new Error("You have 10 devices."), { code: "invalid" })
      return { device: LAPTOP }
    },
    post: async (deed, id, body) => {
      done.push([deed, id, body])
      if (rest.fails) throw Object.assign(new Error("Can't reach the server."), { code: "offline" })
      return { device: { ...devices.find(one => one.id === id), ...body }, ...rest.trial }
    },
  }
  const push = new Push({ devices, key: "key" }, { browser, api, withLock: act => act() })
  return { push, done }
}

test("the state depends on the browser's features and permission", () => {
  assert.equal(pushState(GOOD, false), "off")
  assert.equal(pushState(GOOD, true), "on")
  assert.equal(pushState({ ...GOOD, permission: "denied" }, true), "denied")
  assert.equal(pushState({ ...GOOD, isSecure: false, hasPush: false }, false), "insecure")
  assert.equal(pushState({ ...GOOD, hasPush: false }, false), "unsupported")
  assert.equal(pushState({ ...GOOD, hasPush: false, isAppleMobile: true }, false), "home-screen")
  assert.equal(pushState({ ...GOOD, hasPush: false, isAppleMobile: true, isInstalled: true }, false), "unsupported")
})

test("a browser finds out which of the devices it is", async () => {
  const { push } = scene({ subscribed: "there", known: { there: PHONE } })
  assert.equal(push.state, "off")
  await push.look()
  assert.deepEqual([push.state, push.here], ["on", 1])
})

test("a subscription of which the server knows nothing is none", async () => {
  const { push } = scene({ subscribed: "elsewhere" })
  await push.look()
  assert.deepEqual([push.state, push.here, push.problem], ["off", null, ""])
})

test("switched on, this browser is the first of the devices", async () => {
  const { push, done } = scene()
  await push.switchOn()
  assert.deepEqual(done, [
    ["subscribe", "key"],
    ["register", "here"],
  ])
  assert.deepEqual(push.devices, [LAPTOP, PHONE])
  assert.deepEqual([push.state, push.here, push.isBusy], ["on", 2, false])
})

test("a browser's refusal is explained, and nothing is registered", async () => {
  for (const [name, words] of [
    ["NotAllowedError", /choose “Allow”/],
    ["AbortError", /couldn.t reach its push service/],
    ["TypeError", /too old/],
    ["Whatever", /Couldn.t turn on push/],
  ]) {
    const { push, done } = scene({ refuses: name })
    await push.switchOn()
    assert.match(push.problem, words)
    assert.deepEqual([push.state, done.length, push.isBusy], ["off", 1, false])
  }
})

test("the server's refusal is shown", async () => {
  const { push } = scene({ full: true })
  await push.switchOn()
  assert.deepEqual([push.problem, push.state], ["You have 10 devices.", "off"])
})

test("two presses are one", async () => {
  const { push, done } = scene()
  await Promise.all([push.switchOn(), push.switchOn()])
  assert.equal(done.length, 2)
})

test("switched off, the browser and the server forget it", async () => {
  const { push, done } = scene({ subscribed: "there", known: { there: PHONE } })
  await push.look()
  await push.switchOff()
  assert.deepEqual(done, [["unsubscribe"], ["remove", 1, undefined]])
  assert.deepEqual([push.state, push.devices], ["off", []])
})

test("this browser removed from the list is switched off as well", async () => {
  const { push, done } = scene({ subscribed: "there", known: { there: PHONE }, devices: [PHONE, LAPTOP] })
  await push.look()
  await push.remove(1)
  assert.deepEqual(done[0], ["unsubscribe"])
  await push.remove(2)
  assert.deepEqual(done.at(-1), ["remove", 2, undefined])
  assert.deepEqual(push.devices, [])
})

test("a device is renamed in its place", async () => {
  const { push } = scene({ devices: [LAPTOP, PHONE] })
  assert.equal(await push.rename(1, "Pocket"), true)
  assert.deepEqual(
    push.devices.map(({ name }) => name),
    ["Laptop", "Pocket"],
  )
})

test("a device's error is shown beside it, and the device stays", async () => {
  const { push } = scene({ fails: true })
  assert.equal(await push.rename(1, "Pocket"), false)
  assert.deepEqual(push.said, { id: 1, words: "Can't reach the server.", isBad: true })
  await push.remove(1)
  assert.deepEqual(push.devices, [PHONE])
})

test("a test push shows its result", async () => {
  const sent = scene({ trial: { outcome: "sent", message: "Sent to Phone." } }).push
  const heard = []
  sent.on(() => heard.push(sent.said?.words))
  await sent.test(1)
  assert.equal(heard[0], "Sending…")
  assert.deepEqual(sent.said, { id: 1, words: "Sent to Phone.", isBad: false })
  const gone = scene({ trial: { outcome: "gone", message: "It is gone.", device: { ...PHONE, gone_at: "2026" } } }).push
  await gone.test(1)
  assert.deepEqual([gone.said.isBad, gone.devices[0].gone_at], [true, "2026"])
})
