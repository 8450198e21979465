import { fill, getJson, postJson } from "../helpers/http.js"

/** What is asked of a person's devices over HTTP. */
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

  /** Which device the browser with this endpoint is; null where it was removed, or is another person's. */
  async see(endpoint) {
    return (await postJson(this.urls.see, { endpoint })).device
  }

  /** `action`: rename, remove, test. */
  post(action, id, body = {}) {
    return postJson(fill(this.urls[action], { id }), body)
  }
}
