import assert from "node:assert/strict"
import test from "node:test"
import { refuseFiles, takeFiles } from "../../static/js/helpers/file-drop.js"

const FIELD = { matches: selector => selector.startsWith("textarea") }
const FILE_FIELD = { matches: selector => selector.includes("[type=file]") && !selector.includes("not") }
const PLACE = { matches: () => false }

/** A fake page that gets one event of a kind; returns whether the default is prevented, and the notices. */
function page() {
  const listeners = {}
  const said = []
  refuseFiles(words => said.push(words), { addEventListener: (kind, act) => Object.assign(listeners, { [kind]: act }) })
  const take = (kind, target, ...types) => {
    const event = { target, isPrevented: false, preventDefault: () => Object.assign(event, { isPrevented: true }) }
    event[kind === "paste" ? "clipboardData" : "dataTransfer"] = { types }
    said.length = 0
    listeners[kind](event)
    return [event.isPrevented, said.length]
  }
  return { take, said }
}

test("a file that is dropped replaces no page, and is answered", () => {
  const { take, said } = page()
  for (const target of [PLACE, FIELD]) {
    assert.deepEqual(take("dragover", target, "Files"), [true, 0])
    assert.deepEqual(take("drop", target, "Files"), [true, 1])
    assert.match(said[0], /Paste a link/)
  }
  assert.deepEqual(take("drop", PLACE, "text/uri-list", "text/html"), [true, 0])
})

test("a field for files takes them, and one for text takes text and addresses", () => {
  const { take } = page()
  for (const kind of ["dragover", "drop"]) {
    assert.deepEqual(take(kind, FILE_FIELD, "Files"), [false, 0])
    assert.deepEqual(take(kind, FIELD, "text/plain"), [false, 0])
    assert.deepEqual(take(kind, FIELD, "text/uri-list", "text/html", "Files"), [false, 0])
  }
})

test("a pasted picture is answered; text that brings a picture of itself is pasted", () => {
  const { take } = page()
  assert.deepEqual(take("paste", FIELD, "Files", "text/html"), [true, 1])
  assert.deepEqual(take("paste", FIELD, "text/plain", "text/html", "Files"), [false, 0])
  assert.deepEqual(take("paste", FIELD, "text/plain"), [false, 0])
})

test("a page with a composer takes files, marks folders, and says while they are over it", () => {
  const listeners = {}
  const log = []
  let reason = null
  const on = {
    take: files => log.push(files.map(({ name, isFolder }) => `${name} ${isFolder}`)),
    drag: isOver => log.push(isOver),
    refuses: () => reason,
    showNotice: words => log.push(words),
  }
  takeFiles(on, { addEventListener: (kind, act) => Object.assign(listeners, { [kind]: act }) })
  const item = (name, isDirectory) => ({
    kind: "file",
    getAsFile: () => ({ name }),
    webkitGetAsEntry: () => ({ isDirectory }),
  })
  const items = [{ kind: "string" }, item("a.png", false), item("photos", true)]
  const event = { target: PLACE, dataTransfer: { types: ["Files"], items }, preventDefault() {}, relatedTarget: null }
  for (const kind of ["dragover", "dragleave", "dragover", "drop"]) listeners[kind](event)
  assert.deepEqual(log.splice(0), [true, false, true, false, ["a.png false", "photos true"]])
  listeners.dragleave({ relatedTarget: {} })
  reason = "Not here."
  for (const kind of ["dragover", "drop"]) listeners[kind](event)
  listeners.paste({
    target: PLACE,
    clipboardData: { types: ["Files"], files: [{ name: "a.png" }] },
    preventDefault() {},
  })
  assert.deepEqual(log, [false, "Not here.", "Not here."])
})
