import assert from "node:assert/strict"
import test from "node:test"
import { addKeywords, MAX_KEYWORDS, splitKeywords } from "../../static/js/models/keywords.js"

test("keywords are split at lines and commas, trimmed and in lower case", () => {
  assert.deepEqual(splitKeywords(" Deploy,LAUNCH   week;ops\n\n, "), ["deploy", "launch week", "ops"])
})

test("a word is there once", () => {
  const { words, problem } = addKeywords(["ops"], "OPS, deploy")
  assert.deepEqual(words, ["ops", "deploy"])
  assert.match(problem, /“ops” is already in the list/)
})

test("a word has two to eighty characters", () => {
  for (const word of ["x", "y".repeat(81)]) {
    const { words, problem } = addKeywords([], `fine, ${word}`)
    assert.deepEqual(words, ["fine"])
    assert.match(problem, /2 to 80 characters/)
  }
  assert.equal(addKeywords([], "y".repeat(80)).problem, "")
})

test("there is room for fifty", () => {
  const fifty = Array.from({ length: MAX_KEYWORDS }, (_, number) => `word ${number}`)
  assert.equal(addKeywords(fifty.slice(1), "last").problem, "")
  const { words, problem } = addKeywords(fifty, "one more")
  assert.equal(words.length, MAX_KEYWORDS)
  assert.match(problem, /You can have up to 50 keywords/)
})
