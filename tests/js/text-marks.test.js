import assert from "node:assert/strict"
import test from "node:test"
import { markOf, toggleMark } from "../../static/js/helpers/text-marks.js"

/** `[` and `]` mark the selection, before and after. */
function toggled(text, mark) {
  const start = text.indexOf("[")
  const all = text.replace("[", "").replace("]", "")
  const { from, to, text: typed, ...selected } = toggleMark(all, start, text.indexOf("]") - 1, mark)
  const after = all.slice(0, from) + typed + all.slice(to)
  return `${after.slice(0, selected.start)}[${after.slice(selected.start, selected.end)}]${after.slice(selected.end)}`
}

test("a shortcut adds marks around the selection, and removes them", () => {
  for (const mark of ["**", "*", "`"]) {
    assert.equal(toggled("a [b c] d", mark), `a ${mark}[b c]${mark} d`)
    assert.equal(toggled(`a ${mark}[b c]${mark} d`, mark), "a [b c] d")
    assert.equal(toggled(`a [${mark}b c${mark}] d`, mark), "a [b c] d")
    assert.equal(toggled("a []d", mark), `a ${mark}[]${mark}d`)
    assert.equal(toggled(`a ${mark}[]${mark}d`, mark), "a []d")
  }
})

test("spaces stay outside of the marks", () => {
  assert.equal(toggled("a[ b ]c", "**"), "a **[b]** c")
  assert.equal(toggled("a[ ]c", "**"), "a**[ ]**c")
})

test("bold and italic know each other's stars", () => {
  assert.equal(toggled("**[a]**", "*"), "***[a]***")
  assert.equal(toggled("***[a]***", "*"), "**[a]**")
  assert.equal(toggled("***[a]***", "**"), "*[a]*")
  assert.equal(toggled("*[a]*", "**"), "***[a]***")
  assert.equal(toggled("2 * [3] * 4", "*"), "2 * *[3]* * 4")
})

test("each of several lines gets marks, after its prefix", () => {
  assert.equal(toggled("[a\n\nb]", "**"), "[**a**\n\n**b**]")
  assert.equal(toggled("[- a\n2. b\n> c\n- [x] d]".replace("[x]", "(x)"), "*"), "[- *a*\n2. *b*\n> *c*\n- *(x) d*]")
  assert.equal(toggleMark("- [x] d\n# e", 0, 11, "*").text, "- [x] *d*\n# *e*")
})

test("code of several lines stands between fences", () => {
  assert.equal(toggled("[a\nb]", "`"), "```\n[a\nb]\n```")
  assert.equal(toggled("see [a\nb] there", "`"), "see \n```\n[a\nb]\n```\n there")
})

test("the keys are those of other programs, on every keyboard", () => {
  const ctrl = more => markOf({ key: "", ctrlKey: true, ...more }, false)
  assert.deepEqual([ctrl({ key: "b" }), ctrl({ key: "I" }), ctrl({ key: "C", shiftKey: true })], ["**", "*", "`"])
  assert.equal(ctrl({ key: "и", code: "KeyB" }), "**")
  assert.deepEqual(
    [ctrl({ key: "c" }), ctrl({ key: "b", altKey: true }), ctrl({ key: "b", shiftKey: true })],
    [null, null, null],
  )
  assert.equal(markOf({ key: "b", ctrlKey: true }, true), null)
  assert.equal(markOf({ key: "b", metaKey: true }, true), "**")
})
