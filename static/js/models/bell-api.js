import { getJson, postJson } from "../helpers/http.js"

/** What the bell asks over HTTP. */
export class BellApi {
  constructor(urls) {
    this.urls = urls
  }

  panel() {
    return getJson(this.urls.panel)
  }

  /** `deed`: read, archive, restore, snooze. Resolves with how many are unread then. It outlives the page. */
  post(deed, body) {
    return postJson(this.urls[deed], body, { keepalive: true })
  }

  /** Why does the handshake fail: "signed-out", or something that passes. */
  async probe() {
    try {
      await this.panel()
      return "signed-in"
    } catch (error) {
      return error.status === 401 ? "signed-out" : "unreachable"
    }
  }
}
