import assert from "node:assert/strict"
import test from "node:test"
import { SafeStorage } from "../../static/js/helpers/safe-storage.js"
import { Drafts } from "../../static/js/models/drafts.js"

const [photo, sound] = [
  { key: "photo", description: "The harbour" },
  { key: "sound", description: "" },
]

function make() {
  const drafts = new Drafts({ id: 7 }, new SafeStorage(() => undefined))
  const page = new EventTarget()
  const changes = []
  drafts.on(room => changes.push(room))
  drafts.begin(page)
  const writeElsewhere = key => page.dispatchEvent(Object.assign(new Event("storage"), { key }))
  return { drafts, changes, writeElsewhere }
}

test("each room has the files of its draft", () => {
  const { drafts } = make()
  drafts.writeFiles(3, [photo, sound])
  assert.deepEqual([drafts.files(3), drafts.files(4), drafts.read(3), drafts.edits()], [[photo, sound], [], "", []])
  assert.deepEqual([drafts.hasFile("sound"), drafts.hasFile("film")], [true, false])
  drafts.writeFiles(3, [])
  assert.deepEqual([drafts.files(3), drafts.storage.keys], [[], []])
})

test("an unsent message comes back into the draft with its files", () => {
  const { drafts, changes } = make()
  drafts.write(3, "begun")
  drafts.writeFiles(3, [sound])
  drafts.giveBack(3, "unsent", [photo])
  assert.deepEqual([drafts.read(3), drafts.files(3), changes], ["unsent\nbegun", [photo, sound], [3]])
})

test("changes of other windows are emitted, for texts and files", () => {
  const { changes, writeElsewhere } = make()
  for (const key of ["3", "files.4", "edit.5", "files.x"]) writeElsewhere(`hubbub.draft.7.${key}`)
  for (const key of ["hubbub.draft.8.3", "hubbub.emoji", null]) writeElsewhere(key)
  assert.deepEqual(changes, [3, 4])
})
