const END_PX = 48
/** Tolerance for half pixels and the space below a line. */
const SLACK_PX = 4

/**
 * The scroll anchoring of the timeline: at the end it stays at the end, elsewhere the visible rows stay where they are.
 */
export class ScrollAnchor {
  #anchor = null
  #pinnedAt = 0

  constructor(scroller, content) {
    Object.assign(this, { scroller, content })
    this.isAtEnd = true
    const resized = new ResizeObserver(() => this.isAtEnd && this.toEnd())
    resized.observe(scroller)
    resized.observe(content)
  }

  /** Handle a scroll. If content only grew below or the view shrank, the timeline stays at the end. */
  look() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller
    if (scrollHeight - scrollTop - clientHeight < END_PX) this.#pin()
    else if (this.isAtEnd && scrollTop >= this.#pinnedAt) this.toEnd()
    else this.isAtEnd = false
  }

  remember() {
    const top = this.scroller.getBoundingClientRect().top
    const row = [...this.content.children].find(child => child.id && child.getBoundingClientRect().bottom > top)
    this.#anchor = row ? { id: row.id, at: row.getBoundingClientRect().top } : null
  }

  restore() {
    if (this.isAtEnd) return this.toEnd()
    const row = this.#anchor && document.getElementById(this.#anchor.id)
    if (row) this.scroller.scrollTop += row.getBoundingClientRect().top - this.#anchor.at
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight
    this.#pin()
  }

  /** Scroll a row to this fraction of the height: 0 is the top. */
  toRow(row, part) {
    const top = row.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top
    this.isAtEnd = false
    this.scroller.scrollTop += top - this.scroller.clientHeight * part
    this.look()
  }

  /** The first and last message on the screen. A message counts once its end is visible, however long it is. */
  shown() {
    const { top, bottom } = this.scroller.getBoundingClientRect()
    const rows = [...this.content.querySelectorAll("[data-id]")]
    const first = findFirst(rows, row => row.getBoundingClientRect().bottom > top)
    const below = findFirst(rows, row => row.getBoundingClientRect().bottom > bottom + SLACK_PX)
    const last = this.isAtEnd ? rows.length - 1 : below - 1
    return last < first ? null : { first: rows[first], last: rows[last] }
  }

  isAbove(row) {
    return row.getBoundingClientRect().bottom < this.scroller.getBoundingClientRect().top
  }

  /** Whether less than one and a half screens are left above, or below. */
  isNearStart() {
    return this.scroller.scrollTop < this.scroller.clientHeight * 1.5
  }

  isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller
    return scrollHeight - scrollTop - clientHeight < clientHeight * 1.5
  }

  #pin() {
    this.isAtEnd = true
    this.#pinnedAt = this.scroller.scrollTop
  }
}

/** Find the index of the first row for which this holds, as for all below; the number of rows if for none. */
function findFirst(rows, holds) {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(rows[middle])) high = middle
    else low = middle + 1
  }
  return low
}
