import assert from "node:assert/strict"
import test from "node:test"
import { lineSentence } from "../../static/js/helpers/system-lines.js"

const sentence = line => lineSentence(line, "ada", text => `<${text}>`).join("")
const people = names => names.map((name, index) => ({ id: index + 1, name }))

test("a line is a sentence about its author", () => {
  assert.equal(sentence({ action: "joined" }), "ada joined the room")
  assert.equal(sentence({ action: "renamed", text: "general" }), "ada renamed the room to <general>")
})

test("people are listed as in a sentence", () => {
  assert.equal(sentence({ action: "added", people: people(["bob"]) }), "ada added bob")
  assert.equal(sentence({ action: "added", people: people(["bob", "eve", "tim"]) }), "ada added bob, eve and tim")
})

test("a name that is written from the right does not turn the sentence", () => {
  assert.equal(
    sentence({ action: "removed", people: people(["\u05d3\u05e0\u05d4"]) }),
    "ada removed \u2068\u05d3\u05e0\u05d4\u2069",
  )
})

test("a line without facts, or of a later version, has no sentence", () => {
  assert.equal(lineSentence(undefined, "ada"), null)
  assert.equal(lineSentence({ action: "exploded" }, "ada"), null)
  assert.equal(lineSentence({ action: "toString" }, "ada"), null)
})
