/** On a touch keyboard Enter makes a new line: it has no Shift+Enter. */
export const hasOnlyTouch = globalThis.matchMedia?.("(hover: none) and (pointer: coarse)") ?? { matches: false }

/**
 * What a key does, but for those of an input method: while it composes, Enter, Escape and the arrows choose in its list.
 * Every listener to keys is made by this; tests/js/keys.test.js holds it.
 */
export function whenTyped(act) {
  return event => {
    if (!isComposing(event)) act(event)
  }
}

/** Safari ends the composition before it reports the Enter that did so: then only the code says so. */
function isComposing({ isComposing, keyCode }) {
  return isComposing || keyCode === 229
}

/** Whether an Enter sends what is written: with Ctrl or ⌘ always, alone where a keyboard has Shift+Enter for a new line. */
export function isSending({ key, shiftKey, altKey, ctrlKey, metaKey }, onlyTouch = hasOnlyTouch.matches) {
  if (key !== "Enter" || shiftKey || altKey) return false
  return Boolean(ctrlKey || metaKey) || !onlyTouch
}
