import { getJson, postJson } from "../helpers/http.js"

/** The HTTP API of the bell. */
export class BellApi {
  constructor(urls) {
    this.urls = urls
  }

  panel() {
    return getJson(this.urls.panel)
  }

  /**
   * Send an action: read, archive, restore or snooze. Resolves with the unread count. The request survives leaving the
   * page.
   */
  post(action, body) {
    return postJson(this.urls[action], body, { keepalive: true })
  }

  /** Find out why the handshake failed: "signed-out", or something temporary. */
  async probe() {
    try {
      await this.panel()
      return "signed-in"
    } catch (error) {
      return error.status === 401 ? "signed-out" : "unreachable"
    }
  }
}
