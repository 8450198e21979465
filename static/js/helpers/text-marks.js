import { isMac } from "./browser.js"

/** What begins a line of a list, a quote or a heading: marks go behind it. */
const LINE = /^(\s*(?:>\s?|[-*]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+|#{1,6}\s+)*)(.*?)(\s*)$/

/** The mark that a key puts around what is selected: bold, italic, code; null for any other key. */
export function markOf({ key, code = "", ctrlKey, metaKey, altKey, shiftKey }, mac = isMac) {
  const isCommand = mac ? metaKey && !ctrlKey : ctrlKey && !metaKey
  if (!isCommand || altKey) return null
  // On a keyboard of another script the key stands where it does on a Latin one.
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace("Key", "").toLowerCase()
  if (shiftKey) return letter === "c" ? "`" : null
  return { b: "**", i: "*" }[letter] ?? null
}

/**
 * Put a mark around the selected part of a text, or take it away where it is. {from, to, text, start, end}: what stands
 * from `from` to `to` becomes `text`, and then `start` to `end` is selected.
 */
export function toggleMark(all, selectionStart, selectionEnd, mark) {
  const { start, end } = withoutSpaces(all, selectionStart, selectionEnd)
  const words = all.slice(start, end)
  const size = mark.length
  if (isMarked(words, mark)) return replace(start, end, words.slice(size, -size))
  if (isMarked(markAround(all, start, end, mark[0]), mark)) return replace(start - size, end + size, words)
  if (!words.includes("\n")) return replace(start, end, mark + words + mark, size)
  return mark === "`" ? fence(all, start, end) : replace(start, end, markLines(words, mark))
}

/** Marks beside a space would be none. */
function withoutSpaces(all, start, end) {
  const words = all.slice(start, end)
  if (!words.trim()) return { start, end }
  return { start: end - words.trimStart().length, end: start + words.trimEnd().length }
}

/** The marks on both sides of a part, as if they stood around one letter. */
function markAround(all, start, end, sign) {
  const before = all.slice(0, start)
  const after = all.slice(end)
  const count = Math.min(countLast(before, sign), countLast([...after].reverse().join(""), sign))
  return `${sign.repeat(count)}x${sign.repeat(count)}`
}

/** Whether a text begins and ends with a mark. Of three stars one is for italic, two are for bold. */
function isMarked(text, mark) {
  const sign = mark[0]
  const count = Math.min(countLast(text, sign), countLast([...text].reverse().join(""), sign))
  if (text.length <= 2 * count) return false
  return mark === "*" ? count === 1 || count >= 3 : count >= mark.length
}

function countLast(text, sign) {
  let count = 0
  while (text[text.length - 1 - count] === sign) count += 1
  return count
}

/** Bold and italic end with a line. */
function markLines(words, mark) {
  return words
    .split("\n")
    .map(line => line.replace(LINE, (whole, head, rest, tail) => (rest ? head + mark + rest + mark + tail : whole)))
    .join("\n")
}

/** Code of several lines stands between fences, on lines of its own. */
function fence(all, start, end) {
  const before = start && all[start - 1] !== "\n" ? "\n" : ""
  const after = end < all.length && all[end] !== "\n" ? "\n" : ""
  return replace(
    start,
    end,
    `${before}\`\`\`\n${all.slice(start, end)}\n\`\`\`${after}`,
    before.length + 4,
    after.length + 4,
  )
}

function replace(from, to, text, before = 0, after = before) {
  return { from, to, text, start: from + before, end: from + text.length - after }
}

/** Replace a part of a field's text as if it was typed: it can be undone. */
export function typeOver(area, { from, to, text, start, end }) {
  area.focus()
  area.setSelectionRange(from, to)
  // Deprecated, and the only way that the browser can undo. It fires `input`, as setRangeText does not.
  const isTyped = document.execCommand(text ? "insertText" : "delete", false, text)
  if (!isTyped) {
    area.setRangeText(text, from, to, "end")
    area.dispatchEvent(new Event("input", { bubbles: true }))
  }
  area.setSelectionRange(start, end)
}

/** Do what a key does to the marks of a field; says whether it was one of these keys. */
export function markByKey(event, area) {
  const mark = markOf(event)
  if (!mark || area.readOnly) return false
  event.preventDefault()
  typeOver(area, toggleMark(area.value, area.selectionStart, area.selectionEnd, mark))
  return true
}
