import { fill, getJson, getPage, HttpError, postJson } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"

const BOOT = /<script id="boot" type="application\/json">([^<]*)<\/script>/

/** What is fetched over HTTP: states, pages of history, what Ctrl+K finds. */
export class Api {
  constructor(urls) {
    this.urls = urls
  }

  /** A room that is shown now: the one to begin with next time. */
  open(room) {
    return getJson(fill(this.urls.room_open, { room }))
  }

  /** The same, for a room that need not be shown. */
  state(room) {
    return getJson(fill(this.urls.room_state, { room }))
  }

  /** Messages `before`, `after` or `around` a posted_seq; without one, the latest. */
  page(room, edge) {
    return getJson(`${fill(this.urls.room_messages, { room })}?${new URLSearchParams(edge)}`)
  }

  source(room, message) {
    return getJson(fill(this.urls.message_source, { room, message }))
  }

  /** A member of a room, with their role and time zone. */
  person(room, user) {
    return getJson(fill(this.urls.room_person, { room, user }))
  }

  jump(query, signal) {
    return getJson(`${this.urls.jump}?${new URLSearchParams({ q: query })}`, { signal })
  }

  /** People of a room, of whom too many are in it to have them here. */
  async findMembers(room, query) {
    return (await getJson(`${this.urls.people_search}?${new URLSearchParams({ q: query, in: room })}`)).people
  }

  async streams() {
    return (await getJson(this.urls.streams_mine)).streams
  }

  /** A stream's latest value and its last minutes. */
  points(url) {
    return getJson(url)
  }

  openDirect(users) {
    return postJson(this.urls.direct, { users })
  }

  /** The state that the page itself would come with now: its boot data, out of its source. Null where no room is left. */
  async everything(room) {
    const page = await getPage(fill(this.urls.room, { room })).catch(error => {
      if (error.status === 403 || error.status === 404) return null
      throw error
    })
    return (page && (await readBoot(page))) ?? this.#everythingElsewhere()
  }

  /** That room is not mine any more: the server leads to another one, or to the list of those that I may join. */
  async #everythingElsewhere() {
    const page = await getPage(this.urls.home)
    const boot = await readBoot(page)
    if (!boot && new URL(page.url).pathname !== this.urls.rooms)
      throw new HttpError("unexpected", t("The server sent an unexpected response."))
    return boot
  }

  /** Why does the handshake fail: "signed-out", or something that passes. */
  async probe() {
    try {
      await getJson(this.urls.me)
      return "signed-in"
    } catch (error) {
      return error.status === 401 ? "signed-out" : "unreachable"
    }
  }
}

async function readBoot(page) {
  const found = BOOT.exec(await page.text())
  return found && JSON.parse(found[1])
}
