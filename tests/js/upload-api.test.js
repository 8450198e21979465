import assert from "node:assert/strict"
import test from "node:test"
import { UploadApi } from "../../static/js/models/upload-api.js"
import { settle } from "./fakes.js"

/** A request of the browser that a test answers. */
class FakeXhr {
  static last = null
  headers = {}
  status = 0
  upload = {}

  constructor() {
    FakeXhr.last = this
  }

  open(method, url) {
    this.line = `${method} ${url}`
  }

  setRequestHeader(name, value) {
    this.headers[name] = value
  }

  send(body) {
    this.body = body
  }

  abort() {
    this.answers(0)
  }

  answers(status, headers = {}, text = "") {
    Object.assign(this, { status, responseText: text, getResponseHeader: name => headers[name] ?? null })
    this.onloadend()
  }
}

globalThis.XMLHttpRequest = FakeXhr
const api = new UploadApi("/files/uploads/")
const upload = { id: "k", name: "Zoë 😀.png", type: "image/png", size: 5, facts: { width: 2 }, user: 7 }

test("a creation has the facts in its metadata, in UTF-8", async () => {
  const created = api.create(upload)
  const { line, headers } = FakeXhr.last
  const decode = pair => [pair.split(" ")[0], Buffer.from(pair.split(" ")[1], "base64").toString()]
  assert.deepEqual([line, headers["Upload-Length"], headers["Tus-Resumable"]], ["POST /files/uploads/", 5, "1.0.0"])
  assert.deepEqual(Object.fromEntries(headers["Upload-Metadata"].split(",").map(decode)), {
    filename: "Zoë 😀.png",
    filetype: "image/png",
    key: "k",
    facts: '{"width":2}',
    user: "7",
  })
  FakeXhr.last.answers(201, { "Upload-Offset": "3" })
  assert.equal(await created, 3)
})

test("bytes go to their offset, with progress", async () => {
  const counts = []
  const sent = api.append("k", 3, "de", { progress: count => counts.push(count) })
  const { line, headers, body } = FakeXhr.last
  assert.deepEqual([line, headers["Upload-Offset"], body], ["PATCH /files/uploads/k", 3, "de"])
  FakeXhr.last.upload.onprogress({ loaded: 1 })
  FakeXhr.last.answers(204, { "Upload-Offset": "5" })
  assert.deepEqual([await sent, counts], [5, [1]])
})

test("errors have the server's sentence, and the seconds until the next try", async () => {
  const asked = api.status("k")
  const body = JSON.stringify({ error: { code: "rate_limited", message: "Too quickly.", retry: true } })
  FakeXhr.last.answers(429, { "Retry-After": "7" }, body)
  await assert.rejects(asked, { code: "rate_limited", message: "Too quickly.", status: 429, retryAfter: 7 })
})

for (const [status, headers, code] of [
  [0, {}, "offline"],
  [502, {}, "unexpected"],
  [200, {}, "unexpected"],
  [200, { "Upload-Offset": "many" }, "unexpected"],
])
  test(`${status} ${JSON.stringify(headers)} of a proxy is ${code}, and can be tried again`, async () => {
    const asked = api.offset("k")
    FakeXhr.last.answers(status, headers, "<html>")
    await assert.rejects(asked, { code, isFinal: false })
  })

test("an aborted request ends, and so does one without any progress for half a minute", async t => {
  t.mock.timers.enable({ apis: ["setTimeout"] })
  const stop = new AbortController()
  const aborted = api.offset("k", stop.signal)
  stop.abort()
  await assert.rejects(aborted, { code: "offline" })
  const stalled = api.append("k", 0, "abc", {})
  t.mock.timers.tick(29_000)
  FakeXhr.last.upload.onprogress({ loaded: 1 })
  t.mock.timers.tick(29_000)
  await settle()
  assert.equal(FakeXhr.last.status, 0)
  t.mock.timers.tick(1_000)
  await assert.rejects(stalled, { code: "offline" })
})
