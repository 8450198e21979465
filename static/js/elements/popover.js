const EDGE_PX = 8

/** Where what opens at an element belongs: its landmark. It floats in the top layer all the same. In a popover that one stays open under it. */
export function homeOf(anchor) {
  return anchor.closest?.("[popover], main, nav, aside") ?? document.body
}

/** Below the anchor, its end edges in line; above where there is no room; always on the screen. */
export function placeAt(anchor, { offsetWidth: width, offsetHeight: height }) {
  const { left, right, top, bottom } = anchor.getBoundingClientRect()
  const x = left + width + EDGE_PX < innerWidth ? left : right - width
  const y = bottom + height + EDGE_PX < innerHeight ? bottom + 4 : top - height - 4
  return { x: clamp(x, innerWidth - width), y: clamp(y, innerHeight - height) }
}

/** The focus goes back to where it was, unless it has gone on meanwhile. */
export function giveFocusBack(popover, anchor) {
  if (popover.contains(document.activeElement) || document.activeElement === document.body) anchor.focus?.()
}

function clamp(value, most) {
  return Math.round(Math.max(EDGE_PX, Math.min(value, most - EDGE_PX)))
}
