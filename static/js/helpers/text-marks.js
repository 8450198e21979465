import { isMac } from "./browser.js"

/** The prefix of a line in a list, a quote or a heading: marks go after it. */
const LINE = /^(\s*(?:>\s?|[-*]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+|#{1,6}\s+)*)(.*?)(\s*)$/

/** Return the Markdown mark of a shortcut: bold, italic or code; null for other keys. */
export function markOf({ key, code = "", ctrlKey, metaKey, altKey, shiftKey }, mac = isMac) {
  const isCommand = mac ? metaKey && !ctrlKey : ctrlKey && !metaKey
  if (!isCommand || altKey) return null
  // On a non-Latin keyboard the physical key counts.
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace("Key", "").toLowerCase()
  if (shiftKey) return letter === "c" ? "`" : null
  return { b: "**", i: "*" }[letter] ?? null
}

/**
 * Add a mark around the selection, or remove it. Returns {from, to, text, start, end}: replace `from` to `to` by
 * `text`, then select `start` to `end`.
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

/** Shrink the selection: a mark beside a space has no effect. */
function withoutSpaces(all, start, end) {
  const words = all.slice(start, end)
  if (!words.trim()) return { start, end }
  return { start: end - words.trimStart().length, end: start + words.trimEnd().length }
}

/** The marks around the selection, as if around one letter. */
function markAround(all, start, end, sign) {
  const before = all.slice(0, start)
  const after = all.slice(end)
  const count = Math.min(countLast(before, sign), countLast([...after].reverse().join(""), sign))
  return `${sign.repeat(count)}x${sign.repeat(count)}`
}

/** Whether a text begins and ends with a mark. Three stars are one for italic and two for bold. */
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

/** Mark each line: bold and italic end at a line break. */
function markLines(words, mark) {
  return words
    .split("\n")
    .map(line => line.replace(LINE, (whole, head, rest, tail) => (rest ? head + mark + rest + mark + tail : whole)))
    .join("\n")
}

/** Put code of several lines between fences. */
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

/** Replace a part of a field's text as if typed, so that it can be undone. */
export function typeOver(area, { from, to, text, start, end }) {
  area.focus()
  area.setSelectionRange(from, to)
  // Deprecated, but the only way that can be undone. It fires `input`; setRangeText does not.
  const isTyped = document.execCommand(text ? "insertText" : "delete", false, text)
  if (!isTyped) {
    area.setRangeText(text, from, to, "end")
    area.dispatchEvent(new Event("input", { bubbles: true }))
  }
  area.setSelectionRange(start, end)
}

/** Handle a formatting shortcut in a field. Returns whether the key was one. */
export function markByKey(event, area) {
  const mark = markOf(event)
  if (!mark || area.readOnly) return false
  event.preventDefault()
  typeOver(area, toggleMark(area.value, area.selectionStart, area.selectionEnd, mark))
  return true
}
