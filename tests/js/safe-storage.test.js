import assert from "node:assert/strict"
import test from "node:test"
import { SafeStorage } from "../../static/js/helpers/safe-storage.js"
import { Drafts } from "../../static/js/models/drafts.js"

/** A fake Storage: like in browsers, items are its own properties. */
class FakeStorage {
  isFull = false

  constructor() {
    Object.defineProperty(this, "isFull", { enumerable: false, writable: true, value: false })
  }

  getItem(key) {
    return this[key] ?? null
  }

  setItem(key, value) {
    if (this.isFull) throw new DOMException("", "QuotaExceededError")
    this[key] = value
  }

  removeItem(key) {
    delete this[key]
  }
}

const forbidden = () => {
  throw new DOMException("", "SecurityError")
}

test("it stores where the browser does", () => {
  const storage = new FakeStorage()
  const safe = new SafeStorage(() => storage)
  safe.setItem("one", "1")
  assert.deepEqual([storage.one, safe.getItem("one"), safe.getItem("two"), safe.keys], ["1", "1", null, ["one"]])
  safe.removeItem("one")
  assert.deepEqual([safe.getItem("one"), safe.keys], [null, []])
})

for (const [how, find] of Object.entries({ "is forbidden": forbidden, "is not there": () => undefined }))
  test(`where storage ${how}, it lasts as long as the page`, () => {
    const drafts = new Drafts({ id: 7 }, new SafeStorage(find))
    drafts.write(3, "begun")
    assert.deepEqual([drafts.read(3), drafts.read(4), drafts.storage.keys], ["begun", "", ["hubbub.draft.7.3"]])
    drafts.write(3, "")
    assert.deepEqual([drafts.read(3), drafts.storage.keys], ["", []])
  })

test("a full storage keeps its data, and memory has the newest", () => {
  const storage = new FakeStorage()
  const safe = new SafeStorage(() => storage)
  safe.setItem("one", "old")
  storage.isFull = true
  safe.setItem("one", "new")
  assert.deepEqual([safe.getItem("one"), safe.keys], ["new", ["one"]])
  storage.isFull = false
  safe.setItem("one", "newer")
  assert.equal(storage.one, "newer")
})
