import { Emitter } from "../helpers/emitter.js"
import { Series } from "./series.js"

/**
 * The streams of the sidebar with their live values. Emits when a stream is added or removed; values are emitted by
 * their series.
 */
export class Streams extends Emitter {
  #streams = new Map()

  /** `fetchMine` fetches the list, `fetchPoints` the values of one stream: {latest, points}. */
  constructor({ client, fetchMine, fetchPoints }) {
    super()
    Object.assign(this, { client, fetchMine, fetchPoints })
  }

  get all() {
    return [...this.#streams.values()]
  }

  /** Replace the list; streams that stay keep their values. */
  take(entries) {
    const topics = new Set(entries.map(({ topic }) => topic))
    for (const topic of this.#streams.keys()) if (!topics.has(topic)) this.#drop(topic)
    this.#streams = new Map(entries.map(entry => [entry.topic, this.#streams.get(entry.topic) ?? this.#begin(entry)]))
    this.changed()
  }

  /** Fetch the list again after a subscription has changed, in this window or another. */
  refresh() {
    return this.client.retries.run("streams", async () => this.take(await this.fetchMine()))
  }

  #begin({ name, url, points, topic, seq, keeps_value: keepsValue, latest }) {
    const stream = { name, url, topic, series: keepsValue ? new Series(latest) : null }
    if (keepsValue)
      this.client.subscribe(topic, seq, {
        event: ({ type, data }) => type === "value" && stream.series.take(data),
        reset: async () => stream.series.reset(await this.fetchPoints(points)),
        refused: () => this.refresh(),
      })
    return stream
  }

  #drop(topic) {
    if (this.#streams.get(topic).series) this.client.unsubscribe(topic)
  }
}
