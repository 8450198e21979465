import { whenTyped } from "./keys.js"

const STEPS = { ArrowDown: 1, ArrowUp: -1 }

/** Move the focus through a list with arrow keys, Home and End; it wraps around. */
export function moveFocus(event, elements) {
  const list = [...elements]
  if (!list.length || event.altKey || event.ctrlKey || event.metaKey) return
  const now = list.indexOf(document.activeElement)
  const next = nextIndex(event.key, now, list.length)
  if (next === null) return
  event.preventDefault()
  list[next].focus()
}

/** A list with one tab stop, the element that had the focus last; arrow keys move in it (roving tabindex). */
export class TabStop {
  #stop = null

  constructor(root, selector) {
    Object.assign(this, { root, selector })
    root.addEventListener("focusin", ({ target }) => this.#isIn(target) && this.#stopAt(target))
    root.addEventListener(
      "keydown",
      whenTyped(event => this.#isIn(event.target) && moveFocus(event, this.#elements)),
    )
  }

  /** Update the tab stop after a render. `preferred`: the tab stop while the focus is elsewhere. */
  keep(preferred) {
    const elements = this.#elements
    const [focused, last] = [document.activeElement, this.#stop].map(one => elements.find(element => element === one))
    this.#stop = focused ?? preferred ?? last ?? elements[0]
    for (const element of elements) setStop(element, element === this.#stop)
  }

  get #elements() {
    return [...this.root.querySelectorAll(this.selector)]
  }

  #isIn(target) {
    return target.matches?.(this.selector)
  }

  #stopAt(element) {
    if (this.#stop) setStop(this.#stop, false)
    this.#stop = element
    setStop(element, true)
  }
}

function setStop(element, isStop) {
  const tabIndex = isStop ? 0 : -1
  if (element.getAttribute("tabindex") !== String(tabIndex)) element.tabIndex = tabIndex
}

function nextIndex(key, now, count) {
  if (key === "Home") return 0
  if (key === "End") return count - 1
  if (!(key in STEPS)) return null
  if (now < 0) return STEPS[key] > 0 ? 0 : count - 1
  return (now + STEPS[key] + count) % count
}
