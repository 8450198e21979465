import assert from "node:assert/strict"
import test from "node:test"
import { SafeStorage } from "../../static/js/helpers/safe-storage.js"
import { Drafts } from "../../static/js/models/drafts.js"
import { Editing } from "../../static/js/models/editing.js"

/** A fake storage, as far as drafts use it. */
function makeStorage() {
  const items = {}
  const set = (key, value) => {
    items[key] = String(value)
  }
  const own = { getItem: key => items[key] ?? null, setItem: set, removeItem: key => delete items[key] }
  return new SafeStorage(() => Object.assign(Object.create(own), items))
}

function open({ storage = makeStorage(), ...options } = {}) {
  const saved = []
  const editing = new Editing({
    source: async ({ id }) => ({ text: `as it was ${id}` }),
    save: async ({ id }, text) => saved.push([id, text]),
    drafts: new Drafts({ id: 7 }, storage),
    ...options,
  })
  return { editing, saved, storage }
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
