import { Emitter } from "../helpers/emitter.js"
import { decimalsOf } from "../helpers/numbers.js"

/** The server keeps as many seconds, with one point each. */
export const KEPT_SECONDS = 600

/** The latest value of a stream and its points of the last minutes: [second, value], one a second, oldest first. */
export class Series extends Emitter {
  points = []
  /** The largest number of decimals so far: a changing number keeps its width. */
  decimals = 0

  constructor(latest = null, { now = Date.now } = {}) {
    super()
    this.now = now
    this.latest = latest
    if (latest) this.#keep(latest)
  }

  /** Take a `value` event. */
  take(latest) {
    this.latest = latest
    if (latest) this.#keep(latest)
    this.changed()
  }

  /** Take the fetched points; values that arrived since are newer. */
  fill(points) {
    const last = points.at(-1)?.[0] ?? 0
    this.points = [...points, ...this.points.filter(([second]) => second > last)]
    for (const [, value] of points) this.#measure(value)
    this.#forget()
    this.changed()
  }

  /** Replace everything: too much was missed. */
  reset({ latest, points }) {
    this.points = []
    this.latest = latest
    this.fill(points)
  }

  /** The change over the kept minutes; null with fewer than two points. */
  get trend() {
    this.#forget()
    if (this.points.length < 2) return null
    const [first, last] = [this.points[0][1], this.points.at(-1)[1]]
    const change = last - first
    const minutes = Math.ceil((this.points.at(-1)[0] - this.points[0][0]) / 60)
    return { change, ratio: first === 0 ? null : change / Math.abs(first), direction: Math.sign(change), minutes }
  }

  /** The smallest and largest value, for the chart's text alternative. */
  get range() {
    const values = this.points.map(([, value]) => value)
    return values.length ? { least: Math.min(...values), most: Math.max(...values) } : null
  }

  /** The last value of each minute, newest first: the chart as a table. */
  get minutes() {
    const last = new Map(this.points.map(([second, value]) => [Math.floor(second / 60), [second, value]]))
    return [...last.values()].reverse()
  }

  #keep({ value, at }) {
    const second = Math.floor(Date.parse(at) / 1000)
    const last = this.points.at(-1)
    if (last && last[0] > second) return
    if (last && last[0] === second) this.points.pop()
    this.points.push([second, value])
    this.#measure(value)
    this.#forget()
  }

  #measure(value) {
    this.decimals = Math.max(this.decimals, decimalsOf(value))
  }

  #forget() {
    const since = this.now() / 1000 - KEPT_SECONDS
    const kept = this.points.findIndex(([second]) => second > since)
    if (kept > 0) this.points.splice(0, kept)
    else if (kept < 0) this.points = []
  }
}
