import uPlot from "../../vendor/uplot/uplot.js"
import { shortNumber } from "../helpers/numbers.js"
import { clockTime } from "../helpers/time.js"
import { KEPT_SECONDS } from "../models/series.js"

const LEAST_SECONDS = 60
const dark = matchMedia("(prefers-color-scheme: dark)")

/**
 * A line chart of a value's last minutes. Its colours are styles of its element: stroke, fill, color and outline-color.
 */
export class ValueChart {
  #data = [[], []]

  /** `large`: with axes, and `pointed(index)` is called with the point under the pointer, or null. */
  constructor(place, { large = false, pointed = () => {} } = {}) {
    this.place = place
    this.plot = new uPlot(this.#options(large, pointed), this.#data, place)
    new ResizeObserver(() => this.plot.setSize(this.#size)).observe(place)
    dark.addEventListener("change", () => this.plot.redraw())
  }

  draw(points, now) {
    this.#data = [points.map(([second]) => second), points.map(([, value]) => value)]
    this.now = now / 1000
    this.plot.setData(this.#data)
  }

  get #size() {
    return { width: this.place.clientWidth, height: this.place.clientHeight }
  }

  #options(large, pointed) {
    return {
      ...this.#size,
      padding: large ? [8, 8, 0, 0] : [3, 3, 3, 3],
      legend: { show: false },
      cursor: large ? { y: false, drag: { x: false, y: false } } : { show: false },
      hooks: { setCursor: [({ cursor }) => pointed(cursor.idx)] },
      scales: { x: { range: () => [this.#begin, this.now] }, y: { range: rangeOf } },
      series: [{}, this.#line()],
      axes: large ? [this.#axis(50, clock), this.#axis(58, numbers)] : [{ show: false }, { show: false }],
    }
  }

  /** The chart begins with its first point, so that it fills its width. */
  get #begin() {
    const first = this.#data[0][0] ?? 0
    return Math.min(Math.max(first, this.now - KEPT_SECONDS), this.now - LEAST_SECONDS)
  }

  #line() {
    return {
      stroke: () => this.#style("stroke"),
      fill: () => this.#style("fill"),
      width: 1.6,
      // A single point would draw no line.
      points: { show: plot => plot.data[0].length === 1 },
    }
  }

  #axis(size, values) {
    const line = { stroke: () => this.#style("outlineColor"), width: 1 }
    const stroke = () => this.#style("color")
    return {
      size: values === clock ? 28 : size,
      stroke,
      values,
      grid: line,
      ticks: { show: false },
      font: "12px Inter",
    }
  }

  #style(name) {
    return getComputedStyle(this.place)[name]
  }
}

/** Add space above and below; a constant value is in the middle. */
function rangeOf(_, least, most) {
  const room = (most - least) * 0.12 || Math.abs(most) * 0.05 || 1
  return [least - room, most + room]
}

function clock(_, splits) {
  return splits.map(second => clockTime(second * 1000))
}

function numbers(_, splits) {
  return splits.map(value => shortNumber(Number(value.toPrecision(12))))
}
