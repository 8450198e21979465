const MOST = 8
const STEP = 1.5
const DOUBLE = 2.5
const WHEEL = 0.002
const SWIPE_PX = 60
const TAP_MS = 300
const TAP_PX = 24

/**
 * Zoom and pan of one image in its stage, by wheel, pinch, double click and drag. Calls `swiped(-1 or 1)` and
 * `dismissed()` for the gestures of a finger on an image that is not enlarged, and `zoomed(scale)`.
 */
export class ImageZoom {
  scale = 1
  #x = 0
  #y = 0
  #pointers = new Map()
  #start = null
  #tap = null

  constructor(stage, { swiped, dismissed, zoomed }) {
    Object.assign(this, { stage, swiped, dismissed, zoomed })
    stage.addEventListener("wheel", event => this.#wheel(event), { passive: false })
    stage.addEventListener("dblclick", event => this.#toggle(event))
    stage.addEventListener("pointerdown", event => this.#down(event))
    stage.addEventListener("pointermove", event => this.#move(event))
    for (const type of ["pointerup", "pointercancel"]) stage.addEventListener(type, event => this.#up(event))
  }

  reset() {
    this.#set(1, 0, 0)
  }

  zoomIn() {
    this.#zoomTo(this.scale * STEP, this.#middle)
  }

  zoomOut() {
    this.#zoomTo(this.scale / STEP, this.#middle)
  }

  get #image() {
    return this.stage.querySelector("img")
  }

  get #middle() {
    const { left, top, width, height } = this.stage.getBoundingClientRect()
    return { clientX: left + width / 2, clientY: top + height / 2 }
  }

  #wheel(event) {
    event.preventDefault()
    this.#zoomTo(this.scale * Math.exp(-event.deltaY * WHEEL), event)
  }

  #toggle(event) {
    if (this.scale > 1) this.reset()
    else this.#zoomTo(DOUBLE, event)
  }

  /** Zoom so that what is under the point stays there. */
  #zoomTo(wanted, { clientX, clientY }) {
    const scale = Math.max(1, Math.min(MOST, wanted))
    const middle = this.#middle
    const [x, y] = [clientX - middle.clientX, clientY - middle.clientY]
    const factor = scale / this.scale
    this.#set(scale, x - (x - this.#x) * factor, y - (y - this.#y) * factor)
  }

  /** The image cannot be dragged out of the stage. */
  #set(scale, x, y) {
    const { width, height } = this.stage.getBoundingClientRect()
    const within = (value, size) => Math.max((size * (1 - scale)) / 2, Math.min(value, (size * (scale - 1)) / 2))
    this.scale = scale
    this.#x = within(x, width)
    this.#y = within(y, height)
    if (this.#image) this.#image.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${scale})`
    this.stage.classList.toggle("zoomed", scale > 1)
    this.zoomed(scale)
  }

  #down(event) {
    if (event.button || event.target.closest("button")) return
    this.stage.setPointerCapture(event.pointerId)
    this.#pointers.set(event.pointerId, event)
    const [one, other] = [...this.#pointers.values()]
    this.#start = { x: this.#x, y: this.#y, scale: this.scale, at: event, apart: other ? distance(one, other) : 0 }
  }

  #move(event) {
    if (!this.#pointers.has(event.pointerId)) return
    this.#pointers.set(event.pointerId, event)
    const [one, other] = [...this.#pointers.values()]
    const { x, y, scale, at, apart } = this.#start
    if (other) this.#zoomTo((scale * distance(one, other)) / apart, between(one, other))
    else if (this.scale > 1) this.#set(this.scale, x + event.clientX - at.clientX, y + event.clientY - at.clientY)
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return
    const { at, scale, apart } = this.#start
    if (this.#pointers.size) {
      const [rest] = this.#pointers.values()
      this.#start = { x: this.#x, y: this.#y, scale: this.scale, at: rest, apart }
    } else if (event.type === "pointerup" && !apart && scale === 1) this.#swipe(event, at)
    else if (event.type === "pointerup" && !apart) this.#countTap(event, at)
  }

  #swipe(event, at) {
    const [x, y] = [event.clientX - at.clientX, event.clientY - at.clientY]
    if (event.pointerType === "mouse") return
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) this.swiped(x < 0 ? 1 : -1)
    else if (y > SWIPE_PX && y > 2 * Math.abs(x)) this.dismissed()
    else this.#countTap(event, at)
  }

  /** A finger's double tap fires no `dblclick` where the browser's own zoom is off. */
  #countTap(event, at) {
    if (event.pointerType === "mouse" || distance(event, at) > TAP_PX) return
    const last = this.#tap
    this.#tap = event
    if (!last || event.timeStamp - last.timeStamp > TAP_MS || distance(event, last) > TAP_PX) return
    this.#tap = null
    this.#toggle(event)
  }
}

function distance(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)
}

function between(one, other) {
  return { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 }
}
