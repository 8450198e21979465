import { whenTyped } from "./keys.js"

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

/** A list of which one element is in the tab order, the one that had the focus last; arrow keys move in it. */
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

  /** After a drawing. `preferred`: the stop for as long as the focus is elsewhere. */
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
