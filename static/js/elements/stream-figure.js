import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { shortNumber } from "../helpers/numbers.js"
import { beforeNextFrame } from "../helpers/schedule.js"

const DIRECTIONS = { 1: ["▲", t("rising")], "-1": ["▼", t("falling")] }

/** A stream's latest value and its trend, beside the name. It renders itself, as a value may change four times a second. */
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
    const direction = DIRECTIONS[trend?.direction]
    const arrow = direction
      ? html`<span aria-hidden="true">${direction[0]}</span><span class="visually-hidden">, ${direction[1]}</span>`
      : nothing
    render(latest ? html`${shortNumber(latest.value, decimals)} ${arrow}` : nothing, this)
  }
}

customElements.define("stream-figure", StreamFigure)
