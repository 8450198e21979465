import assert from "node:assert/strict"
import test from "node:test"
import { Emoji } from "../../static/js/models/emoji.js"

function begin(stored = null) {
  const kept = new Map(stored === null ? [] : [["hubbub.emoji", stored]])
  const storage = { getItem: name => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) }
  return new Emoji("/emoji.json", storage)
}

test("those used most come first, of two the one used last, then the common ones", () => {
  const emoji = begin()
  assert.equal(emoji.mostUsed[0], "👍")
  for (const character of ["🚀", "🐛", "🚀", "☕"]) emoji.use(character)
  assert.deepEqual(emoji.mostUsed.slice(0, 4), ["🚀", "☕", "🐛", "👍"])
})

test("the old storage format is still read", () => {
  const emoji = begin("🎈 🍕")
  assert.deepEqual(emoji.mostUsed.slice(0, 2), ["🎈", "🍕"])
  emoji.use("🍕")
  assert.deepEqual(emoji.mostUsed.slice(0, 2), ["🍕", "🎈"])
  assert.equal(begin("[1").mostUsed.length > 1, true)
})

test("not more are shown than fit, however many are used", () => {
  const emoji = begin()
  for (let code = 0x1f400; code < 0x1f480; code += 1) emoji.use(String.fromCodePoint(code))
  assert.equal(emoji.mostUsed.length, 24)
})
