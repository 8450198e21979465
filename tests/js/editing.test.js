import assert from "node:assert/strict"
import test from "node:test"
import { Emitter } from "../../static/js/helpers/emitter.js"
import { SafeStorage } from "../../static/js/helpers/safe-storage.js"
import { Drafts } from "../../static/js/models/drafts.js"
import { Editing } from "../../static/js/models/editing.js"
import { FileTray } from "../../static/js/models/file-tray.js"
import { settle } from "./fakes.js"

/** A fake storage, as far as drafts use it. */
function makeStorage() {
  const items = {}
  const set = (key, value) => {
    items[key] = String(value)
  }
  const own = { getItem: key => items[key] ?? null, setItem: set, removeItem: key => delete items[key] }
  return new SafeStorage(() => Object.assign(Object.create(own), items))
}

/** The page's uploads, as far as edits use them. */
class FakeUploads extends Emitter {
  did = []
  #all = new Map()

  get = key => this.#all.get(key) ?? null
  cancel = key => this.did.push(`cancel ${key}`)
  release = key => this.did.push(`release ${key}`)

  add({ name, size }) {
    const key = `new-${this.#all.size}`
    this.become(key, { key, name, size, state: "uploading", file: null, error: null })
    return key
  }

  become(key, change) {
    this.#all.set(key, { ...this.get(key), ...change })
    this.changed(key)
  }
}

const LIMITS = { megabytes: 100, quota: 0, left: null, site_left: 9e9, types: [], most: 20 }

function open({ storage = makeStorage(), uploads = new FakeUploads(), ...options } = {}) {
  const saved = []
  const editing = new Editing({
    source: async ({ id }) => ({ text: `as it was ${id}` }),
    save: async ({ id }, text, files) => saved.push(files ? [id, text, files] : [id, text]),
    drafts: new Drafts({ id: 7 }, storage),
    uploads,
    makeTray: parts => new FileTray({ limits: () => LIMITS, ...parts }),
    ...options,
  })
  return { editing, saved, storage, uploads }
}

const message = id => ({ id, room: 1 })

test("an edit survives another edit, another room and a reload", async () => {
  const { editing, storage } = open()
  await editing.begin(message(1))
  editing.write(1, "one, changed")
  await editing.begin(message(2))
  await editing.begin(message(1))
  assert.deepEqual([editing.get(1).words, editing.get(2).words], ["one, changed", "as it was 2"])
  const reloaded = open({ storage }).editing
  assert.deepEqual(
    [reloaded.get(1).words, reloaded.get(1).text, reloaded.get(2)],
    ["one, changed", "as it was 1", null],
  )
})

test("saved and cancelled edits are gone, unchanged ones are not sent", async () => {
  const { editing, saved, storage } = open()
  for (const id of [1, 2, 3]) await editing.begin(message(id))
  editing.write(1, "changed")
  editing.write(2, "given up")
  await editing.finish(1)
  editing.cancel(2)
  await editing.finish(3)
  assert.deepEqual(saved, [[1, "changed"]])
  assert.deepEqual(editing.of(1), [])
  assert.deepEqual(open({ storage }).editing.of(1), [])
})

test("a refused edit stays open, with the reason", async () => {
  const save = async () => {
    throw new Error("No.")
  }
  const { editing } = open({ save })
  await editing.begin(message(1))
  editing.write(1, "changed")
  await editing.finish(1)
  const { state, words, error } = editing.get(1)
  assert.deepEqual([state, words, error], ["ready", "changed", "No."])
})

const boat = { id: "a", name: "boat.jpg", kind: "image", type: "image/jpeg", size: 5, alt: "A boat" }
const notes = { id: "b", name: "notes.txt", kind: "text", type: "text/plain", size: 6, alt: "", lines_html: "<pre>" }
const withFiles = { id: 1, room: 1, files: [boat, notes] }
const names = tray => tray.files.map(({ name }) => name)

test("files are removed and added with an edit, which waits until they are uploaded", async () => {
  const { editing, saved, uploads } = open()
  await editing.begin(withFiles)
  const tray = editing.tray(withFiles)
  assert.deepEqual(names(tray), ["boat.jpg", "notes.txt"])
  tray.remove("b")
  const [key] = await tray.add([{ name: "new.pdf", size: 7, type: "application/pdf" }])
  assert.deepEqual([names(tray), uploads.did, editing.hasFile(key)], [["boat.jpg", "new.pdf"], [], true])
  const finishing = editing.finish(1)
  await settle()
  assert.deepEqual([editing.get(1).state, saved], ["saving", []])
  uploads.become(key, { state: "ready", file: { id: "c" } })
  await finishing
  const files = [
    { id: "a", alt: "A boat" },
    { id: "c", alt: "" },
  ]
  assert.deepEqual([saved, uploads.did, editing.of(1)], [[[1, "as it was 1", files]], [`release ${key}`], []])
})

test("an edit of only the text leaves the files alone, and one that changed nothing is not sent", async () => {
  const { editing, saved } = open()
  await editing.begin(withFiles)
  const tray = editing.tray(withFiles)
  tray.move("b", -1)
  tray.move("b", 1)
  await editing.finish(1)
  await editing.begin(withFiles)
  editing.write(1, "")
  await editing.finish(1)
  assert.deepEqual(saved, [[1, ""]])
  await editing.begin({ id: 2, room: 1, files: [boat] })
  editing.write(2, "")
  editing.tray({ id: 2 }).remove("a")
  await editing.finish(2)
  assert.deepEqual([saved.length, editing.get(2).state], [1, "ready"])
})

test("a cancelled edit cancels its uploads, and a failed one says why", async () => {
  const { editing, saved, uploads } = open()
  await editing.begin(withFiles)
  const [key] = await editing.tray(withFiles).add([{ name: "new.pdf", size: 7, type: "" }])
  const finishing = editing.finish(1)
  uploads.become(key, { state: "failed", error: { code: "infected", message: "It has a virus." } })
  await finishing
  assert.deepEqual([editing.get(1).state, editing.get(1).error], ["ready", "It has a virus."])
  editing.cancel(1)
  assert.deepEqual([uploads.did, saved], [[`cancel ${key}`], []])
})

test("the files of an edit survive a reload", async () => {
  const { editing, storage, uploads } = open()
  await editing.begin(withFiles)
  const [key] = await editing.tray(withFiles).add([{ name: "new.pdf", size: 7, type: "" }])
  editing.tray(withFiles).remove("a")
  const reloaded = open({ storage, uploads }).editing
  assert.deepEqual(names(reloaded.tray(withFiles)), ["notes.txt", "new.pdf"])
  assert.equal(reloaded.hasFile(key), true)
  reloaded.cancel(1)
  assert.deepEqual(open({ storage }).editing.of(1), [])
})

test("a text that cannot be had can be asked for again", async () => {
  let isOnline = false
  const source = async () => {
    if (!isOnline) throw new Error("Offline.")
    return { text: "there" }
  }
  const { editing } = open({ source })
  await editing.begin(message(1))
  assert.deepEqual([editing.get(1).state, editing.get(1).error], ["failed", "Offline."])
  isOnline = true
  await editing.begin(message(1))
  assert.equal(editing.get(1).words, "there")
})

test("drafts of other windows are emitted, and a returned text is put above the draft", () => {
  const drafts = new Drafts({ id: 7 }, makeStorage())
  const page = new EventTarget()
  const sent = []
  drafts.begin(page)
  drafts.on(room => sent.push(room))
  for (const key of ["hubbub.draft.7.42", "hubbub.draft.8.42", "hubbub.draft.7.edit.42", null])
    page.dispatchEvent(Object.assign(new Event("storage"), { key }))
  assert.deepEqual(sent, [42])
  drafts.write(42, "below")
  drafts.giveBack(42, "above")
  assert.equal(drafts.read(42), "above\nbelow")
})
