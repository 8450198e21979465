/** On touch keyboards Enter adds a line: they have no Shift+Enter. */
export const hasOnlyTouch = globalThis.matchMedia?.("(hover: none) and (pointer: coarse)") ?? { matches: false }

/**
 * Wrap a key listener to ignore the keys of an input method: while it composes, Enter, Escape and arrows belong to its
 * list. Every key listener must use this; tests/js/keys.test.js checks it.
 */
export function whenTyped(act) {
  return event => {
    if (!isComposing(event)) act(event)
  }
}

/** Safari ends the composition before the keydown of its Enter: only keyCode 229 tells. */
function isComposing({ isComposing, keyCode }) {
  return isComposing || keyCode === 229
}

/**
 * Whether the key sends the message: Enter with Ctrl or ⌘ always, Enter alone unless there is only a touch keyboard.
 */
export function isSending({ key, shiftKey, altKey, ctrlKey, metaKey }, onlyTouch = hasOnlyTouch.matches) {
  if (key !== "Enter" || shiftKey || altKey) return false
  return Boolean(ctrlKey || metaKey) || !onlyTouch
}

/** Whether a key writes a character there: "?" in an empty composer is still a question mark. */
export function isTyping(target) {
  return target.matches?.("input, textarea, select, [contenteditable]")
}
