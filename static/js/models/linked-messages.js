import { Emitter } from "../helpers/emitter.js"

const ADDRESS = /<a href="([^"]*)"/g
/** As in chat/text/outside_links.py. */
const MOST_LINKS = 5
/** So many are asked for at once, and remembered. */
const MOST_ASKED = 50
const MOST_KNOWN = 1_000

/**
 * The messages of this site to which loaded messages link, as this user may see them. They are in no event, because who
 * may see them differs from one reader to the next: this page asks for its own user.
 */
export class LinkedMessages extends Emitter {
  version = 0
  #known = new Map()
  #asked = new Set()
  #wanted = new Set()
  #links = new WeakMap()

  /** `fetch(places)` resolves with the visible ones of these messages; `roomUrl`: the template of a room's whole URL. */
  constructor({ fetch, roomUrl, clock }) {
    super()
    Object.assign(this, { fetch, clock })
    const [before, after] = roomUrl.split("{room}").map(escapePattern)
    this.pattern = new RegExp(`^${before}(\\d{1,18})${after}\\?message=(\\d{1,18})(?:#.*)?$`)
  }

  /** Take what the server has already found for the page. */
  learn(messages) {
    for (const message of messages ?? []) {
      this.#known.set(placeOf(message), message)
      this.#asked.add(placeOf(message))
    }
  }

  /** The visible messages to which a message links; those that are unknown are fetched. */
  of(message) {
    const places = this.placesIn(message)
    for (const place of places) if (!this.#asked.has(place)) this.#want(place)
    return places.map(place => this.#known.get(place)).filter(Boolean)
  }

  /** The places of the linked messages, "42.1207". */
  placesIn(message) {
    if (message.deleted_at || !message.html?.includes("?message=")) return []
    if (!this.#links.has(message)) {
      const addresses = [...message.html.matchAll(ADDRESS)].map(([, address]) => address.replaceAll("&amp;", "&"))
      const found = addresses.map(address => this.pattern.exec(address)).filter(Boolean)
      this.#links.set(message, [...new Set(found.map(([, room, seq]) => `${room}.${seq}`))].slice(0, MOST_LINKS))
    }
    return this.#links.get(message)
  }

  /** A message was edited or deleted: fetch it again if it is shown. */
  refresh(message) {
    if (this.#known.has(placeOf(message)) && this.#asked.delete(placeOf(message))) this.#change()
  }

  /** Fetch again what is drawn from now on: who may see it may have changed. What is known is shown meanwhile. */
  renew() {
    this.#asked.clear()
    this.#change()
  }

  /** The user has left a room: what they may not see any more is gone. */
  forgetRoom(id) {
    for (const place of this.#known.keys()) if (place.startsWith(`${id}.`)) this.#forget(place)
    this.#change()
  }

  #forget(place) {
    this.#known.delete(place)
    this.#asked.delete(place)
  }

  #want(place) {
    if (!this.#wanted.size) this.clock.setTimeout(() => this.#ask(), 0)
    this.#wanted.add(place)
    this.#asked.add(place)
  }

  async #ask() {
    const places = [...this.#wanted].slice(0, MOST_ASKED)
    for (const place of places) this.#wanted.delete(place)
    if (this.#wanted.size) this.clock.setTimeout(() => this.#ask(), 0)
    const found = await this.fetch(places).catch(() => null) // the link is there all the same
    if (!found) return
    for (const place of places) this.#known.set(place, null)
    this.learn(found)
    while (this.#known.size > MOST_KNOWN) this.#forget(this.#known.keys().next().value)
    this.#change()
  }

  #change() {
    this.version += 1
    this.changed()
  }
}

function placeOf({ room, posted_seq }) {
  return `${room}.${posted_seq}`
}

function escapePattern(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}
