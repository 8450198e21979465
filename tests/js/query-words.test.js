import assert from "node:assert/strict"
import test from "node:test"
import { findWord, isFilterWord, wholeFilters } from "../../static/js/helpers/query-words.js"

test("A filter is whole once something stands behind it", () => {
  assert.deepEqual(wholeFilters("from:@ad"), [])
  assert.deepEqual(wholeFilters('toast from:@ada in:"#Launch plan" -has:link x'), [
    { text: "from:@ada", rest: 'toast in:"#Launch plan" -has:link x' },
    { text: 'in:"#Launch plan"', rest: "toast from:@ada -has:link x" },
    { text: "-has:link", rest: 'toast from:@ada in:"#Launch plan" x' },
  ])
  assert.deepEqual(wholeFilters("in:“a b” "), [{ text: 'in:"a b"', rest: "" }])
  assert.deepEqual(wholeFilters("https://x.org from: ada:b "), [])
})

test("Filters and beginnings of their names are completed", () => {
  for (const word of ["f", "FROM", "from:", "-in:#a b", "has:fi"]) assert.ok(isFilterWord(word), word)
  for (const word of ["", "-", "form", "https://x.org", "toast"]) assert.ok(!isFilterWord(word), word)
})

test("The word before the caret may be quoted", () => {
  assert.deepEqual(findWord('x in:"a b', 9), { text: 'in:"a b', start: 2, end: 9 })
  assert.deepEqual(findWord("x in:„a b", 9), { text: 'in:"a b', start: 2, end: 9 })
})
