const STEPS = { ArrowDown: 1, ArrowUp: -1 }

/** Arrow keys, Home and End move the focus through a list of elements, round and round. */
export function moveFocus(event, elements) {
  const list = [...elements]
  if (!list.length || event.altKey || event.ctrlKey || event.metaKey) return
  const now = list.indexOf(document.activeElement)
  const next = nextIndex(event.key, now, list.length)
  if (next === null) return
  event.preventDefault()
  list[next].focus()
}

function nextIndex(key, now, count) {
  if (key === "Home") return 0
  if (key === "End") return count - 1
  if (!(key in STEPS)) return null
  if (now < 0) return STEPS[key] > 0 ? 0 : count - 1
  return (now + STEPS[key] + count) % count
}
