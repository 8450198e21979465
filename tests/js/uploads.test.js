import assert from "node:assert/strict"
import test from "node:test"
import { UnsentStore } from "../../static/js/models/unsent-store.js"
import { UploadError } from "../../static/js/models/upload-api.js"
import { UploadEngine } from "../../static/js/models/upload-engine.js"
import { Uploads } from "../../static/js/models/uploads.js"
import { FakeClock, FakeDatabase, settle } from "./fakes.js"

const MEGABYTE = 1024 ** 2
const DAY_MS = 24 * 3_600_000
const file = (name = "a.txt", size = 10) => new File([new Uint8Array(size)], name, { type: "text/plain" })
const refusal = (status, code, retryAfter = null) => new UploadError(code, `${code}.`, status, retryAfter)

/** The server: it has uploads by id, and answers, fails (`failing`) or is silent (`holds`) when a test says so. */
class FakeServer {
  files = new Map()
  calls = []
  failing = []
  holds = []
  answer = () => ({ state: "ready", error: null })

  /** Let requests of this kind wait until the returned function is called, or until they are aborted. */
  hold(kind) {
    let release
    const hold = { kind, over: new Promise(resolve => (release = resolve)) }
    this.holds.push(hold)
    return () => {
      this.holds.splice(this.holds.indexOf(hold), 1)
      release()
    }
  }

  create = ({ id, size, user }, signal) =>
    this.#answer("create", signal, () => {
      const upload = this.files.get(id) ?? { size, user, offset: 0 }
      this.files.set(id, upload)
      return upload.offset
    })

  offset = (id, signal) => this.#answer("offset", signal, () => this.#find(id).offset)

  append = (id, offset, bytes, { signal, progress }) =>
    this.#answer("append", signal, () => {
      const upload = this.#find(id)
      if (upload.offset !== offset) throw refusal(409, "wrong_offset")
      progress(bytes.byteLength)
      return (upload.offset += bytes.byteLength)
    })

  status = (id, signal) =>
    this.#answer("status", signal, () => {
      const { size } = this.#find(id)
      return { file: { id, size }, ...this.answer() }
    })

  remove = id => this.#answer("remove", null, () => this.files.delete(id))

  #find(id) {
    if (!this.files.has(id)) throw refusal(404, "not_found")
    return this.files.get(id)
  }

  async #answer(kind, signal, act) {
    this.calls.push(kind)
    const failure = this.failing.findIndex(each => each.kind === kind)
    if (failure >= 0) throw this.failing.splice(failure, 1)[0].error
    const aborted = new Promise((_, reject) => signal?.addEventListener("abort", () => reject(refusal(0, "offline"))))
    aborted.catch(() => {})
    for (const hold of this.holds) if (hold.kind === kind) await Promise.race([hold.over, aborted])
    return act()
  }
}

/** The tabs of one browser: one database, one lock for each file, one channel. */
class Browser {
  server = new FakeServer()
  database = new FakeDatabase()
  clock = new FakeClock()
  tabs = []
  #locks = new Map()

  lock = (key, work) => {
    const turn = (this.#locks.get(key) ?? Promise.resolve()).then(work)
    this.#locks.set(key, turn)
    return turn
  }

  async open(isUsed) {
    const channel = { received() {}, send: news => this.#send(channel, news) }
    const engine = new UploadEngine({ clock: this.clock, api: this.server })
    const uploads = new Uploads({
      me: { id: 1 },
      loadEngine: async () => this.engineError?.() ?? { makeUploadEngine: () => engine },
      store: new UnsentStore({ open: this.database.open, clock: this.clock }),
      lock: this.lock,
      channel,
      clock: this.clock,
    })
    this.tabs.push(channel)
    await uploads.load(isUsed)
    return uploads
  }

  async reload(uploads, isUsed) {
    await uploads.end()
    return this.open(isUsed)
  }

  #send(from, news) {
    for (const tab of this.tabs) if (tab !== from) tab.received(structuredClone(news))
  }
}

async function settled() {
  for (let round = 0; round < 20; round += 1) await settle()
}

const stateOf = (uploads, key) => uploads.get(key)?.state

test("a file goes up in pieces, and is described when the server has processed it", async () => {
  const { server, open } = bind(new Browser())
  const uploads = await open()
  const sent = []
  uploads.on(key => sent.push(uploads.get(key).sent))
  const key = uploads.add(file("long.bin", 9 * MEGABYTE))
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).name], ["waiting", "long.bin"])
  await settled()
  assert.deepEqual(server.calls, ["create", "append", "append", "append", "status"])
  assert.deepEqual(uploads.get(key).file, { id: key, size: 9 * MEGABYTE })
  assert.deepEqual([stateOf(uploads, key), sent.at(-1), server.files.get(key).user], ["ready", 9 * MEGABYTE, 1])
  assert.ok(Object.isFrozen(uploads.get(key)))
})

test("an empty file needs no piece", async () => {
  const { server, open } = bind(new Browser())
  const uploads = await open()
  const key = uploads.add(file("empty", 0))
  await settled()
  assert.deepEqual([server.calls, stateOf(uploads, key)], [["create", "status"], "ready"])
})

test("two files at once, and the others in their order", async () => {
  const { server, open } = bind(new Browser())
  const release = server.hold("append")
  const uploads = await open()
  const keys = ["a", "b", "c"].map(name => uploads.add(file(name)))
  await settled()
  assert.deepEqual(
    keys.map(key => stateOf(uploads, key)),
    ["uploading", "uploading", "waiting"],
  )
  release()
  await settled()
  assert.deepEqual(
    keys.map(key => stateOf(uploads, key)),
    ["ready", "ready", "ready"],
  )
})

test("a lost line: it continues with the bytes that the server has", async () => {
  const { server, clock, open } = bind(new Browser())
  server.failing = [{ kind: "append", error: refusal(0, "offline") }]
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).error.code], ["waiting", "offline"])
  server.files.get(key).offset = 4
  clock.pass(1_000)
  await settled()
  assert.deepEqual(server.calls, ["create", "append", "offset", "append", "status"])
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).error], ["ready", null])
})

test("pauses grow while the server does not answer, and end when the connection is back", async () => {
  const { server, clock, open } = bind(new Browser())
  server.failing = Array.from({ length: 20 }, () => ({ kind: "create", error: refusal(0, "offline") }))
  server.failing.push(...server.failing.map(({ error }) => ({ kind: "offset", error })))
  const uploads = await open()
  const key = uploads.add(file())
  const moments = []
  for (let second = 0; second <= 100; second += 1) {
    await settle()
    if (server.calls.length > moments.length) moments.push(second)
    clock.pass(1_000)
  }
  assert.deepEqual(moments, [0, 1, 3, 6, 12, 24, 47, 70, 93])
  server.failing = []
  server.files.set(key, { size: 10, offset: 0 })
  uploads.connected()
  await settled()
  assert.equal(stateOf(uploads, key), "ready")
})

for (const [status, code, seconds] of [
  [409, "wrong_offset", 1],
  [423, "upload_busy", 1],
  [429, "rate_limited", 7],
  [460, "checksum_mismatch", 1],
  [503, "unavailable", 2],
  [401, "signed_out", 1],
])
  test(`${status} ${code}: it tries again when the server says`, async () => {
    const { server, clock, open } = bind(new Browser())
    server.failing = [{ kind: "append", error: refusal(status, code, seconds) }]
    const uploads = await open()
    const key = uploads.add(file())
    await settled()
    clock.pass(seconds * 1_000 - 1)
    await settled()
    assert.deepEqual(server.calls, ["create", "append"])
    clock.pass(1)
    await settled()
    assert.deepEqual([stateOf(uploads, key), server.calls[2]], ["ready", "offset"])
  })

for (const [status, code] of [
  [413, "file_too_large"],
  [413, "quota_full"],
  [415, "type_not_allowed"],
  [403, "forbidden"],
  [507, "storage_full"],
])
  test(`${status} ${code}: it fails with the sentence, and can be retried`, async () => {
    const { server, open } = bind(new Browser())
    server.failing = [{ kind: "create", error: refusal(status, code) }]
    const uploads = await open()
    const key = uploads.add(file())
    await settled()
    assert.deepEqual([stateOf(uploads, key), uploads.get(key).error], ["failed", { code, message: `${code}.` }])
    uploads.retry(key)
    await settled()
    assert.deepEqual([stateOf(uploads, key), uploads.get(key).error], ["ready", null])
  })

test("without the engine a file waits until the connection is back", async () => {
  const browser = new Browser()
  browser.engineError = () => Promise.reject(new Error("app.js could not be loaded."))
  const uploads = await browser.open()
  const key = uploads.add(file())
  await settled()
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).error.code], ["waiting", "offline"])
  browser.engineError = null
  uploads.connected()
  await settled()
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).error], ["ready", null])
})

test("an upload that the server no longer has begins again, under another id", async () => {
  const { server, open } = bind(new Browser())
  server.failing = [{ kind: "status", error: refusal(404, "not_found") }]
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  assert.deepEqual(server.calls, ["create", "append", "status", "create", "append", "status"])
  assert.notEqual(uploads.get(key).file.id, key)
  server.failing = Array.from({ length: 9 }, () => ({ kind: "create", error: refusal(404, "not_found") }))
  const hopeless = uploads.add(file())
  await settled()
  assert.deepEqual([stateOf(uploads, hopeless), server.failing.length], ["failed", 5])
})

test("a file that is refused after its processing says why, and would need another id", async () => {
  const { server, open } = bind(new Browser())
  server.answer = () => ({ state: "refused", error: "It is damaged." })
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  assert.deepEqual(
    [stateOf(uploads, key), uploads.get(key).error],
    ["failed", { code: "refused", message: "It is damaged." }],
  )
  server.answer = () => ({ state: "ready", error: null })
  uploads.retry(key)
  await settled()
  assert.deepEqual([stateOf(uploads, key), server.files.size], ["ready", 2])
})

test("while a file is processed the reason for a delay is shown", async () => {
  const { server, clock, open } = bind(new Browser())
  server.answer = () => ({ state: "processing", error: "The scanner is away." })
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).error.message], ["processing", "The scanner is away."])
  server.answer = () => ({ state: "ready", error: null })
  clock.pass(1_000)
  await settled()
  assert.deepEqual([stateOf(uploads, key), uploads.get(key).error], ["ready", null])
})

test("a proxy that accepts no large requests gets smaller ones", async () => {
  const { server, open } = bind(new Browser())
  server.failing = [{ kind: "append", error: refusal(413, "unexpected") }]
  const uploads = await open()
  uploads.add(file("long", MEGABYTE))
  await settled()
  assert.deepEqual(server.calls, ["create", "append", "offset", "append", "append", "status"])
})

test("a paused upload sends nothing, stays so after a reload, and continues", async () => {
  const { server, open, reload } = bind(new Browser())
  const release = server.hold("append")
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  uploads.pause(key)
  await settled()
  release()
  const later = await reload(uploads)
  await settled()
  assert.deepEqual([stateOf(later, key), server.calls], ["paused", ["create", "append"]])
  later.resume(key)
  await settled()
  assert.deepEqual([stateOf(later, key), server.calls.slice(2)], ["ready", ["create", "append", "status"]])
})

test("after a reload an upload continues, and one that is ready needs no request", async () => {
  const { server, open, reload } = bind(new Browser())
  const uploads = await open()
  const done = uploads.add(file("done"))
  await settled()
  server.hold("append")
  const key = uploads.add(file("long", 100))
  await settled()
  server.files.get(key).offset = 60
  server.calls = []
  server.holds = []
  const later = await reload(uploads)
  await settled()
  assert.deepEqual([stateOf(later, done), stateOf(later, key)], ["ready", "ready"])
  assert.deepEqual(server.calls, ["create", "append", "status"])
  assert.equal((await (await later.preview(key)).arrayBuffer()).byteLength, 100)
})

test("cancelling removes it here, in other tabs, in the store and on the server", async () => {
  const { server, database, open } = bind(new Browser())
  const [uploads, other] = [await open(), await open()]
  server.hold("append")
  const key = uploads.add(file())
  await settled()
  assert.equal(stateOf(other, key), "uploading")
  await other.cancel(key)
  await settled()
  assert.deepEqual([uploads.get(key), other.get(key), await uploads.preview(key)], [null, null, null])
  assert.deepEqual([[...database.entries], server.files.size, server.calls.at(-1)], [[], 0, "remove"])
})

test("one tab sends a file; another shows it, pauses it, and continues when the first is closed", async () => {
  const { server, open } = bind(new Browser())
  const one = await open()
  const release = server.hold("append")
  const key = one.add(file())
  await settled()
  const two = await open()
  await settled()
  assert.deepEqual([stateOf(two, key), server.calls], ["uploading", ["create", "append"]])
  two.pause(key)
  await settled()
  assert.equal(stateOf(one, key), "paused")
  one.resume(key)
  await settled()
  assert.deepEqual([stateOf(two, key), server.calls.length], ["uploading", 4])
  const pass = server.hold("status")
  release()
  await settled()
  await one.end()
  pass()
  await settled()
  assert.equal(stateOf(two, key), "ready")
})

test("without a store it uploads all the same, and says that nothing lasts", async () => {
  const { database, open } = bind(new Browser())
  database.fails = new DOMException("", "QuotaExceededError")
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  assert.deepEqual([stateOf(uploads, key), uploads.isLasting], ["ready", false])
  await uploads.release(key)
  assert.equal(uploads.isLasting, true)
})

test("a file that changed on the disk is read from the store, and without one it fails", async () => {
  const { server, database, open } = bind(new Browser())
  const changed = file("changed")
  changed.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) })
  const uploads = await open()
  const release = server.hold("create")
  const key = uploads.add(changed)
  await settled()
  database.entries.get(`${key}.bytes`).bytes = file()
  release()
  await settled()
  assert.equal(stateOf(uploads, key), "ready")
  database.fails = new DOMException("", "SecurityError")
  const gone = uploads.add(changed)
  await settled()
  assert.deepEqual([stateOf(uploads, gone), uploads.get(gone).error.code], ["failed", "unreadable"])
})

test("a released upload is forgotten here, and stays on the server", async () => {
  const { server, database, open } = bind(new Browser())
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  await uploads.release(key)
  assert.deepEqual([uploads.get(key), [...database.entries], server.files.size], [null, [], 1])
})

test("old uploads are checked again, and forgotten if nothing refers to them", async () => {
  const { server, clock, open, reload } = bind(new Browser())
  const uploads = await open()
  const [used, unused] = [uploads.add(file("used")), uploads.add(file("unused"))]
  await settled()
  clock.pass(DAY_MS + 1)
  server.files.clear()
  const later = await reload(uploads, key => key === used)
  await settled()
  assert.deepEqual([stateOf(later, used), later.get(unused), server.files.size], ["ready", null, 1])
})

test("the end of a page stops everything", async () => {
  const { server, open } = bind(new Browser())
  server.hold("append")
  const uploads = await open()
  const key = uploads.add(file())
  await settled()
  await uploads.end()
  await settled()
  assert.deepEqual([uploads.get(key), server.calls], [null, ["create", "append"]])
})

function bind(browser) {
  const { server, database, clock } = browser
  return { server, database, clock, open: () => browser.open(), reload: (...given) => browser.reload(...given) }
}
