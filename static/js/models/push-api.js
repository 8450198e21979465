import { fill, getJson, postJson } from "../helpers/http.js"

/** The HTTP API of the user's push devices. */
export class PushApi {
  constructor(urls) {
    this.urls = urls
  }

  state() {
    return getJson(this.urls.state)
  }

  /** `subscription`: as PushSubscription.toJSON() has it. */
  register(subscription) {
    return postJson(this.urls.register, subscription)
  }

  /** Find the device with this endpoint; null if it was removed, or belongs to another user. */
  async see(endpoint) {
    return (await postJson(this.urls.see, { endpoint })).device
  }

  /** `action`: rename, remove, test. */
  post(action, id, body = {}) {
    return postJson(fill(this.urls[action], { id }), body)
  }
}
