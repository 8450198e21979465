import { fill, getJson, getPage, HttpError, postJson } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"

const INITIAL_DATA = /<script id="initial-data" type="application\/json">([^<]*)<\/script>/

/** The HTTP API of the chat: room states, pages of history, search results of the switcher. */
export class Api {
  constructor(urls) {
    this.urls = urls
  }

  /** Fetch a room's state and remember it as the room to open next time. */
  open(room) {
    return getJson(fill(this.urls.room_open, { room }))
  }

  /** Fetch a room's state only. */
  state(room) {
    return getJson(fill(this.urls.room_state, { room }))
  }

  /** Fetch messages `before`, `after` or `around` a posted_seq; without one, the latest. */
  page(room, edge) {
    return getJson(`${fill(this.urls.room_messages, { room })}?${new URLSearchParams(edge)}`)
  }

  /** Fetch those of these messages ("42.1207") that the user may see. */
  async linkedMessages(places) {
    const query = new URLSearchParams(places.map(place => ["at", place]))
    return (await getJson(`${this.urls.linked_messages}?${query}`)).messages
  }

  source(room, message) {
    return getJson(fill(this.urls.message_source, { room, message }))
  }

  /** Fetch who reacted to a message, the latest first: {reactions: [{emoji, user, seq}], more}. `query`: {emoji, before}. */
  reactions({ room, id }, query = {}) {
    return getJson(`${fill(this.urls.message_reactions, { room, message: id })}?${new URLSearchParams(query)}`)
  }

  /** Fetch a member of a room, with role and time zone. */
  person(room, user) {
    return getJson(fill(this.urls.room_person, { room, user }))
  }

  jump(query, signal) {
    return getJson(`${this.urls.jump}?${new URLSearchParams({ q: query })}`, { signal })
  }

  /** The newest messages that match, for the switcher. */
  async complete(word, signal) {
    return (await getJson(`${this.urls.search_completions}?${new URLSearchParams({ word })}`, { signal })).completions
  }

  search(query, signal) {
    return getJson(`${this.urls.search_data}?${new URLSearchParams({ q: query })}`, { signal })
  }

  /** Search the members of a room that is too large to have them all loaded. */
  async findMembers(room, query) {
    return (await getJson(`${this.urls.people_search}?${new URLSearchParams({ q: query, in: room })}`)).people
  }

  async streams() {
    return (await getJson(this.urls.streams_mine)).streams
  }

  /** Fetch a stream's latest value and its points of the last minutes. */
  points(url) {
    return getJson(url)
  }

  openDirect(users) {
    return postJson(this.urls.direct, { users })
  }

  /** Fetch the page's initial data again, out of its HTML. Null if the user has no room any more. */
  async everything(room) {
    const page = await getPage(fill(this.urls.room, { room })).catch(error => {
      if (error.status === 403 || error.status === 404) return null
      throw error
    })
    return (page && (await readInitialData(page))) ?? this.#everythingElsewhere()
  }

  /** The user has left that room: the server redirects to another one, or to the list of rooms. */
  async #everythingElsewhere() {
    const page = await getPage(this.urls.home)
    const initialData = await readInitialData(page)
    if (!initialData && new URL(page.url).pathname !== this.urls.rooms)
      throw new HttpError("unexpected", t("The server sent an unexpected response."))
    return initialData
  }

  /** Find out why the handshake failed: "signed-out", or something temporary. */
  async probe() {
    try {
      await getJson(this.urls.me)
      return "signed-in"
    } catch (error) {
      return error.status === 401 ? "signed-out" : "unreachable"
    }
  }
}

async function readInitialData(page) {
  const found = INITIAL_DATA.exec(await page.text())
  return found && JSON.parse(found[1])
}
