import assert from "node:assert/strict"
import test from "node:test"
import { Emitter } from "../../static/js/helpers/emitter.js"
import { Outbox } from "../../static/js/models/outbox.js"
import { UnsentStore } from "../../static/js/models/unsent-store.js"
import { CommandError } from "../../static/js/realtime/protocol.js"
import { FakeClock, FakeDatabase, settle } from "./fakes.js"

/** The uploads of all tabs, with what was done to each: {key: state}, ["retry a"]. */
class FakeUploads extends Emitter {
  isLoaded = true
  isLasting = true
  states = new Map()
  done = []

  get(key) {
    const state = this.states.get(key)
    return state ? { key, state, error: state === "failed" ? { code: "refused", message: "Damaged." } : null } : null
  }

  become(key, state) {
    this.states.set(key, state)
    this.changed(key)
  }

  retry = key => this.done.push(`retry ${key}`)
  cancel = key => this.done.push(`cancel ${key}`)
  release = key => this.done.push(`release ${key}`)
}

/** The tabs of one browser: one database, one lock, one channel. */
class Browser {
  database = new FakeDatabase()
  uploads = new FakeUploads()
  clock = new FakeClock()
  tabs = []
  sent = []
  answer = async () => ({ id: 1, seq: 100 })
  #busy = Promise.resolve()

  lock = work => {
    this.#busy = this.#busy.then(work)
    return this.#busy
  }

  async open() {
    const channel = { received() {}, send: news => this.#send(channel, news) }
    const outbox = new Outbox({
      store: new UnsentStore({ open: this.database.open, clock: this.clock }),
      lock: this.lock,
      uploads: this.uploads,
      channel,
      clock: this.clock,
      receivedSeq: () => 0,
      send: async entry => {
        this.sent.push(entry.key)
        return this.answer(entry)
      },
    })
    this.tabs.push(channel)
    await outbox.load()
    return outbox
  }

  #send(from, news) {
    for (const tab of this.tabs) if (tab !== from) tab.received(structuredClone(news))
  }
}

const entry = (key, room = 1) => ({ key, room, text: key, at: 0 })
const refuse = error => async () => {
  throw new CommandError(error)
}
const states = (outbox, room = 1) => outbox.entries(room).map(({ key, state }) => `${key} ${state}`)

test("messages wait while disconnected, and are sent in order", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  for (const key of ["a", "b", "c"]) await outbox.add(entry(key))
  assert.deepEqual([browser.sent, states(outbox)], [[], ["a waiting", "b waiting", "c waiting"]])
  outbox.connected()
  await settle()
  assert.deepEqual(browser.sent, ["a", "b", "c"])
})

test("an acknowledged message is shown as sent until its event is there", async () => {
  const outbox = await new Browser().open()
  outbox.connected()
  await outbox.add(entry("a"))
  await settle()
  assert.deepEqual(states(outbox), ["a sent"])
  await outbox.arrived("a")
  assert.deepEqual(states(outbox), [])
})

test("an acknowledgement after the event leaves no entry", async () => {
  const outbox = await new Browser().open()
  outbox.connected()
  await outbox.add(entry("a"))
  await settle()
  outbox.receivedUpTo(1, 100)
  assert.deepEqual(states(outbox), [])
})

test("unsent messages survive a reload and keep their keys", async () => {
  const browser = new Browser()
  await (await browser.open()).add(entry("a"))
  const reloaded = await browser.open()
  reloaded.connected()
  await settle()
  assert.deepEqual(browser.sent, ["a"])
  assert.deepEqual([...browser.database.entries.keys()], [])
})

test("a refusal fails that message only; it can be tried again or thrown away", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.answer = async ({ key }) => (key === "a" ? refuse({ code: "invalid", message: "No." })() : { seq: 100 })
  outbox.connected()
  await outbox.add(entry("a"))
  await outbox.add(entry("b"))
  await settle()
  assert.deepEqual(states(outbox), ["a failed", "b sent"])
  assert.equal(outbox.entries(1)[0].error.message, "No.")
  browser.answer = async () => ({ seq: 101 })
  await outbox.retry("a")
  await settle()
  assert.deepEqual(states(outbox), ["a sent", "b sent"])
})

test("a failed message can be thrown away for good", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.answer = refuse({ code: "archived" })
  outbox.connected()
  await outbox.add(entry("a"))
  await settle()
  await outbox.discard("a")
  assert.deepEqual([states(outbox), [...browser.database.entries.keys()]], [[], []])
})

test("a waiting message can be edited, unless the server may have it", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  await outbox.add(entry("a"))
  await outbox.add(entry("b"))
  assert.deepEqual([outbox.isEditable("a"), outbox.isEditable("b")], [true, true])
  browser.answer = refuse({ code: "disconnected" })
  outbox.connected()
  await settle()
  assert.deepEqual(
    [states(outbox), outbox.isEditable("a"), outbox.isEditable("b")],
    [["a waiting", "b waiting"], false, true],
  )
  browser.answer = refuse({ code: "rate_limited", retry: true, retry_after: 2.5 })
  outbox.connected()
  await settle()
  assert.deepEqual([outbox.isEditable("a"), outbox.isEditable("b")], [true, true])
  browser.answer = async () => ({ seq: 100 })
  browser.clock.pass(2_500)
  await settle()
  assert.equal(outbox.isEditable("a"), false)
})

test("rate limited: everything waits as long as the server says, in order", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.answer = refuse({ code: "rate_limited", retry: true, retry_after: 2.5 })
  outbox.connected()
  await outbox.add(entry("a"))
  await outbox.add(entry("b"))
  await settle()
  assert.equal(outbox.pausedUntil, 2_500)
  assert.deepEqual(browser.sent, ["a"])
  browser.answer = async () => ({ seq: 100 })
  browser.clock.pass(2_500)
  await settle()
  assert.deepEqual([browser.sent, outbox.pausedUntil], [["a", "a", "b"], null])
})

test("our own pauses grow while the server cannot store", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.answer = refuse({ code: "unavailable", retry: true })
  outbox.connected()
  await outbox.add(entry("a"))
  const pauses = []
  for (let time = 0; time < 6; time += 1) {
    await settle()
    pauses.push(outbox.pausedUntil - browser.clock.now())
    browser.clock.pass(pauses.at(-1))
  }
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
})

test("a lost connection keeps the message waiting", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.answer = refuse({ code: "disconnected", retry: true })
  outbox.connected()
  await outbox.add(entry("a"))
  await settle()
  assert.deepEqual([states(outbox), outbox.pausedUntil], [["a waiting"], null])
  browser.answer = async () => ({ seq: 100 })
  outbox.connected()
  await settle()
  assert.deepEqual(states(outbox), ["a sent"])
})

test("two tabs show the same, and each message goes out once", async () => {
  const browser = new Browser()
  const [one, two] = [await browser.open(), await browser.open()]
  await one.add(entry("a"))
  await two.add(entry("b"))
  assert.deepEqual(states(two), ["a waiting", "b waiting"])
  one.connected()
  two.connected()
  await settle()
  await settle()
  assert.deepEqual(browser.sent, ["a", "b"])
  assert.deepEqual(
    [states(one), states(two)],
    [
      ["a sent", "b sent"],
      ["a sent", "b sent"],
    ],
  )
})

test("the server's acknowledgement counts, whatever became of the database", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  outbox.connected()
  browser.answer = async () => {
    browser.database.fails = new DOMException("The database connection is closing.", "InvalidStateError")
    return { id: 1, seq: 100 }
  }
  await outbox.add(entry("a"))
  await outbox.add(entry("b"))
  await settle()
  assert.deepEqual([browser.sent, states(outbox), outbox.isLasting], [["a", "b"], ["a sent", "b sent"], false])
})

test("without a database messages are sent all the same, and refused ones can be tried again", async () => {
  const browser = new Browser()
  browser.database.fails = new DOMException("", "SecurityError")
  const outbox = await browser.open()
  outbox.connected()
  browser.answer = refuse({ code: "archived", message: "No." })
  await outbox.add(entry("a"))
  await settle()
  assert.deepEqual(states(outbox), ["a failed"])
  browser.answer = async () => ({ seq: 100 })
  await outbox.retry("a")
  await outbox.add(entry("b"))
  await settle()
  assert.deepEqual(
    [browser.sent, states(outbox)],
    [
      ["a", "a", "b"],
      ["a sent", "b sent"],
    ],
  )
})

test("a database that does not answer delays one message by a second, and no other", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  outbox.connected()
  browser.database.hangs = true
  outbox.add(entry("a"))
  await settle()
  assert.deepEqual([browser.sent, states(outbox)], [[], ["a waiting"]])
  browser.clock.pass(1_000)
  await settle()
  outbox.add(entry("b"))
  await settle()
  assert.deepEqual(
    [browser.sent, states(outbox)],
    [
      ["a", "b"],
      ["a sent", "b sent"],
    ],
  )
})

test("unsent messages are stored again in a reopened database", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  await outbox.add(entry("a"))
  browser.database.entries.clear()
  browser.database.closes()
  await outbox.add(entry("b"))
  await settle()
  assert.deepEqual([...browser.database.entries.keys()].sort(), ["a", "b"])
  const reloaded = await browser.open()
  assert.deepEqual(states(reloaded), ["a waiting", "b waiting"])
})

test("a message discarded in another tab is not stored again", async () => {
  const browser = new Browser()
  const [one, two] = [await browser.open(), await browser.open()]
  await one.add(entry("a"))
  await two.discard("a")
  browser.database.closes()
  await one.add(entry("b"))
  await settle()
  assert.deepEqual([...browser.database.entries.keys()], ["b"])
})

test("sendAll sends everything again, including failed messages", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.answer = refuse({ code: "archived", message: "No." })
  outbox.connected()
  await outbox.add(entry("a"))
  await settle()
  browser.answer = async () => ({ seq: 100 })
  assert.equal(await outbox.sendAll(), true)
  assert.deepEqual(outbox.unsent, [])
})

test("sendAll fails if a message is refused again, or after ten seconds", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  await outbox.add(entry("a"))
  let isSent = null
  outbox.sendAll().then(answer => {
    isSent = answer
  })
  await settle()
  browser.clock.pass(9_999)
  await settle()
  assert.equal(isSent, null)
  browser.clock.pass(1)
  await settle()
  assert.equal(isSent, false)
  browser.answer = refuse({ code: "archived", message: "No." })
  outbox.connected()
  assert.equal(await outbox.sendAll(), false)
})

test("a room that refuses for now delays no other, and keeps its order", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  outbox.connected()
  let isOpen = false
  browser.answer = async ({ room }) => {
    if (room === 1 && !isOpen) {
      const error = new CommandError({ code: "not_subscribed", message: "Not yet.", retry: true })
      throw Object.assign(error, { isOfRoom: true })
    }
    return { seq: 100 }
  }
  await outbox.add(entry("a", 1))
  await outbox.add(entry("b", 1))
  await outbox.add(entry("c", 2))
  await settle()
  assert.deepEqual([states(outbox, 1), states(outbox, 2)], [["a waiting", "b waiting"], ["c sent"]])
  assert.equal(outbox.entries(1)[0].error.message, "Not yet.")
  assert.equal(outbox.pausedUntil, null)
  isOpen = true
  browser.clock.pass(1_000)
  await settle()
  assert.deepEqual(
    [browser.sent, states(outbox, 1)],
    [
      ["a", "c", "a", "b"],
      ["a sent", "b sent"],
    ],
  )
})

const withFiles = (key, ...files) => ({ ...entry(key), files: files.map(file => ({ key: file, description: "" })) })

test("a message waits for its files, and the messages after it do not", async () => {
  const browser = new Browser()
  browser.uploads.become("photo", "uploading")
  browser.uploads.become("sound", "ready")
  const outbox = await browser.open()
  outbox.connected()
  await outbox.add(withFiles("a", "photo", "sound"))
  await outbox.add(entry("b"))
  await settle()
  assert.deepEqual([browser.sent, states(outbox), outbox.isEditable("a")], [["b"], ["a waiting", "b sent"], true])
  const later = await browser.open()
  later.connected()
  browser.uploads.become("photo", "ready")
  await settle()
  assert.deepEqual(
    [browser.sent, states(outbox)],
    [
      ["b", "a"],
      ["a sent", "b sent"],
    ],
  )
  outbox.receivedUpTo(1, 100)
  assert.deepEqual(browser.uploads.done, ["release photo", "release sound"])
})

test("a file that is refused fails its message, which waits again when that is retried", async () => {
  const browser = new Browser()
  browser.uploads.become("photo", "failed")
  const outbox = await browser.open()
  outbox.connected()
  await outbox.add(withFiles("a", "photo"))
  await settle()
  assert.deepEqual([states(outbox), outbox.get("a").error.message], [["a failed"], "Damaged."])
  assert.equal(browser.database.entries.get("a").state, "waiting")
  await outbox.retry("a")
  assert.deepEqual(browser.uploads.done, ["retry photo"])
  browser.uploads.become("photo", "ready")
  await settle()
  assert.deepEqual([browser.sent, states(outbox)], [["a"], ["a sent"]])
})

test("a message whose file this browser has lost fails, once the uploads are loaded", async () => {
  const browser = new Browser()
  browser.uploads.isLoaded = false
  const outbox = await browser.open()
  outbox.connected()
  await outbox.add(withFiles("a", "photo"))
  assert.deepEqual(states(outbox), ["a waiting"])
  browser.uploads.isLoaded = true
  browser.uploads.changed()
  assert.deepEqual([states(outbox), outbox.get("a").error.code, browser.sent], [["a failed"], "file_lost", []])
})

test("discarding a message cancels its uploads, unless the composer takes them", async () => {
  const browser = new Browser()
  for (const key of ["one", "two"]) browser.uploads.become(key, "uploading")
  const outbox = await browser.open()
  await outbox.add(withFiles("a", "one"))
  await outbox.add(withFiles("b", "two"))
  assert.deepEqual([outbox.hasFile("one"), outbox.hasFile("three")], [true, false])
  await outbox.discard("a", { keepsFiles: true })
  await outbox.discard("b")
  assert.deepEqual([browser.uploads.done, states(outbox)], [["cancel two"], []])
})

test("messages with files last only as long as these do", async () => {
  const browser = new Browser()
  const outbox = await browser.open()
  browser.uploads.isLasting = false
  assert.equal(outbox.isLasting, false)
})
