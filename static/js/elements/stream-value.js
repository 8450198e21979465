import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { getJson } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { percentage, shortNumber } from "../helpers/numbers.js"
import { beforeNextFrame } from "../helpers/schedule.js"
import { clockTime, dayKey, fullTime, secondsTime } from "../helpers/time.js"
import { KEPT_SECONDS, Series } from "../models/series.js"
import { icon } from "./parts.js"
import { ValueChart } from "./value-chart.js"

const MINUTES = KEPT_SECONDS / 60
/** The chart moves on even without new values. */
const MOVES_MS = 5_000

/**
 * A stream's live value: the number, its time, and the trend of the last minutes. The server renders the first number.
 */
class StreamValue extends HTMLElement {
  #pointed = null

  begin({ connection, seq }) {
    this.series = new Series(JSON.parse(this.dataset.latest))
    const update = beforeNextFrame(() => this.#draw())
    this.series.on(update)
    this.replaceChildren()
    this.#draw()
    this.chart = new ValueChart(this.querySelector(".value-chart"), {
      large: this.isLarge,
      pointed: index => this.#point(index),
    })
    const fill = () => connection.client.retries.run(`points of ${this.dataset.topic}`, () => this.#fill())
    fill()
    setInterval(update, MOVES_MS)
    connection.client.subscribe(this.dataset.topic, seq, {
      event: event => this.#handle(event),
      reset: () => this.#reset(),
      refused: () => this.#end(),
    })
    connection.onReady(fill)
  }

  get isLarge() {
    return this.hasAttribute("data-large")
  }

  /** The value in words, for screen readers. */
  get words() {
    const { latest } = this.series
    return latest ? `${this.dataset.name}: ${shortNumber(latest.value)}` : null
  }

  #handle({ type, data }) {
    if (type === "value") this.series.take(data)
  }

  /** Fetch the last minutes: at the start, and after each lost connection. */
  async #fill() {
    const answer = await getJson(this.dataset.points)
    this.series.fill(answer.points)
    if (answer.latest && (this.series.latest?.at ?? "") < answer.latest.at) this.series.take(answer.latest)
  }

  async #reset() {
    this.series.reset(await getJson(this.dataset.points))
  }

  #end() {
    this.replaceWith(
      Object.assign(document.createElement("p"), {
        className: "soft",
        textContent: t("You no longer have access to this stream."),
      }),
    )
  }

  #point(index) {
    this.#pointed = index ?? null
    this.#draw()
  }

  #draw() {
    render(this.#template(), this)
    this.chart?.draw(this.series.points, this.series.now())
  }

  #template() {
    const { latest, points } = this.series
    return html`
      <p class="stream-number">${latest ? this.#number(latest.value) : "–"}</p>
      <p class="stream-facts">
        ${latest?.label ? html`<bdi>${latest.label}</bdi>` : nothing}
        ${latest ? html`<time datetime=${latest.at} title=${fullTime(latest.at)}>${when(latest.at)}</time>` : t("no value yet")}
        ${this.#trend()}
      </p>
      <div class="value-chart" ?hidden=${!points.length} role="img" aria-label=${this.#chartWords()}></div>
      ${this.isLarge && points.length ? this.#table() : nothing}
    `
  }

  #trend() {
    const pointed = this.#pointed === null ? null : this.series.points[this.#pointed]
    if (pointed)
      return html`<span class="stream-pointed">${secondsTime(pointed[0] * 1000)}: ${this.#number(pointed[1])}</span>`
    const { trend } = this.series
    if (!trend) return nothing
    if (trend.direction === 0)
      return html`<span>${plural("unchanged for {count} min", "unchanged for {count} min", trend.minutes)}</span>`
    const [sign, name] = trend.direction > 0 ? ["+", "trending-up"] : ["−", "trending-down"]
    const ratio = trend.ratio === null ? "" : ` (${sign}${percentage(Math.abs(trend.ratio))})`
    const change = `${sign}${this.#number(Math.abs(trend.change))}${ratio}`
    return html`<span class="stream-trend">${icon(name)}${t("{change} in {minutes} min", { change, minutes: trend.minutes })}</span>`
  }

  #number(value) {
    return shortNumber(value, this.series.decimals)
  }

  #chartWords() {
    const { range } = this.series
    if (!range) return t("No values in the last {minutes} minutes", { minutes: MINUTES })
    return t("Last {minutes} minutes: {least} to {most}", {
      minutes: MINUTES,
      least: shortNumber(range.least),
      most: shortNumber(range.most),
    })
  }

  #table() {
    return html`<details class="stream-minutes">
      <summary>${t("Show as table")}</summary>
      <table>
        <thead><tr><th scope="col">${t("Minute")}</th><th scope="col">${t("Last value")}</th></tr></thead>
        <tbody>
          ${this.series.minutes.map(
            ([second, value]) =>
              html`<tr><td>${clockTime(new Date(second * 1000).toISOString())}</td><td>${this.#number(value)}</td></tr>`,
          )}
        </tbody>
      </table>
    </details>`
  }
}

/** The time with seconds today, the date and time on other days. */
function when(at) {
  const date = new Date(at)
  return dayKey(at) === dayKey(new Date()) ? secondsTime(date) : fullTime(at)
}

customElements.define("stream-value", StreamValue)
