const EDGE_PX = 8

/**
 * Find the parent for a popover of an element: its landmark, or the popover around it, which stays open then. It is in
 * the top layer anyway.
 */
export function homeOf(anchor) {
  return anchor.closest?.("[popover], main, nav, aside") ?? document.body
}

/** Compute the position below the anchor, or above if there is no room, within the screen. */
export function placeAt(anchor, { offsetWidth: width, offsetHeight: height }) {
  const { left, right, top, bottom } = anchor.getBoundingClientRect()
  const x = left + width + EDGE_PX < innerWidth ? left : right - width
  const y = bottom + height + EDGE_PX < innerHeight ? bottom + 4 : top - height - 4
  return { x: clamp(x, innerWidth - width), y: clamp(y, innerHeight - height) }
}

/** Return the focus to the anchor, unless it has moved elsewhere meanwhile. */
export function giveFocusBack(popover, anchor) {
  if (popover.contains(document.activeElement) || document.activeElement === document.body) anchor.focus?.()
}

function clamp(value, most) {
  return Math.round(Math.max(EDGE_PX, Math.min(value, most - EDGE_PX)))
}
