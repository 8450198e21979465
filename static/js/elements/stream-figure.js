import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { shortNumber } from "../helpers/numbers.js"
import { beforeNextFrame } from "../helpers/schedule.js"

const WAYS = { 1: ["▲", "rising"], "-1": ["▼", "falling"] }

/** A stream's latest value beside its name, and which way it goes. Draws itself: a value may come four times a second. */
class StreamFigure extends HTMLElement {
  #series = null
  #end = () => {}
  #update = beforeNextFrame(() => this.#draw())

  set series(series) {
    if (series === this.#series) return
    this.#end()
    this.#series = series
    this.#end = series.on(this.#update)
    this.#draw()
  }

  #draw() {
    const { latest, decimals, trend } = this.#series
    const way = WAYS[trend?.direction]
    const arrow = way
      ? html`<span aria-hidden="true">${way[0]}</span><span class="visually-hidden">, ${way[1]}</span>`
      : nothing
    render(latest ? html`${shortNumber(latest.value, decimals)} ${arrow}` : nothing, this)
  }
}

customElements.define("stream-figure", StreamFigure)
