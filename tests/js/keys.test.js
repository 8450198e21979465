import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import test from "node:test"
import { isSending, whenTyped } from "../../static/js/helpers/keys.js"

const ROOT = new URL("../../static/js/", import.meta.url)
/** app.js listens to every kind of input only to record activity. */
const SPARED = /const TOUCHES = \[[^\]]*\]/
const MADE_BY_IT = /(addEventListener\(\s*"keydown",\s*whenTyped\(|@keydown=\$\{whenTyped\()/g

const sources = readdirSync(ROOT, { recursive: true })
  .filter(name => name.endsWith(".js"))
  .map(name => ({ name, text: readFileSync(new URL(name, ROOT), "utf8").replace(SPARED, "") }))

test("keys of an input method that composes do nothing of ours", () => {
  const acted = []
  const press = whenTyped(({ key }) => acted.push(key))
  for (const key of ["Enter", "Escape", "ArrowDown", "Tab"]) {
    press({ key, isComposing: true, keyCode: 13 })
    press({ key, isComposing: false, keyCode: 229 })
    assert.deepEqual(acted, [])
  }
  press({ key: "Enter", isComposing: false, keyCode: 13 })
  assert.deepEqual(acted, ["Enter"])
})

test("every listener to keys leaves an input method its own", () => {
  assert.ok(sources.length > 100)
  for (const { name, text } of sources) {
    const listeners = text.match(/key(down|up|press)["=]/g) ?? []
    assert.equal(listeners.length, (text.match(MADE_BY_IT) ?? []).length, `${name}: make the listener by whenTyped()`)
    assert.ok(name === "helpers/keys.js" || !text.includes("isComposing"), name)
  }
})

test("Enter sends, but on touch keyboards only with Ctrl", () => {
  const enter = more => ({ key: "Enter", ...more })
  const sending = onlyTouch =>
    [
      enter(),
      enter({ shiftKey: true }),
      enter({ altKey: true }),
      enter({ ctrlKey: true }),
      enter({ metaKey: true }),
    ].map(event => isSending(event, onlyTouch))
  assert.deepEqual(sending(false), [true, false, false, true, true])
  assert.deepEqual(sending(true), [false, false, false, true, true])
  assert.equal(isSending({ key: "a" }, false), false)
})
