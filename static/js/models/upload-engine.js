import { Slots } from "../helpers/slots.js"
import { UploadApi } from "./upload-api.js"
import { UploadRun } from "./upload-run.js"

/** Of a page. A browser opens six connections to a server, and the page needs some itself. */
const AT_ONCE = 2

/** What carries uploads to the server: it is loaded when there is a file to send (config/static.py). */
export class UploadEngine {
  #sending = new Slots(AT_ONCE)
  #looking = new Slots(AT_ONCE)

  constructor({ clock, api }) {
    Object.assign(this, { clock, api })
  }

  makeRun(upload) {
    const { clock, api } = this
    return new UploadRun({ ...upload, clock, api, sending: this.#sending, looking: this.#looking })
  }

  remove(id) {
    return this.api.remove(id)
  }
}

export function makeUploadEngine({ url, clock }) {
  return new UploadEngine({ clock, api: new UploadApi(url) })
}
