import { Emitter } from "../helpers/emitter.js"

/** The pictures that are being uploaded, as object URLs of their bytes in this browser. */
export class FilePreviews extends Emitter {
  /** By key: a URL, or null while it is loaded and if there is none. */
  #urls = new Map()

  constructor(uploads) {
    super()
    this.uploads = uploads
    uploads.on(key => {
      this.#release()
      if (!key) this.changed() // all those of earlier pages
    })
  }

  /** The URL of a picture, or null: not loaded yet, no picture, or one that this browser cannot show. */
  url(key) {
    if (!this.#urls.has(key) && this.uploads.get(key)) this.#load(key)
    return this.#urls.get(key) ?? null
  }

  /** This browser cannot show the picture. */
  fail(key) {
    const url = this.#urls.get(key)
    if (!url) return
    URL.revokeObjectURL(url)
    this.#urls.set(key, null)
    this.changed()
  }

  async #load(key) {
    this.#urls.set(key, null)
    if (!this.uploads.get(key).type.startsWith("image/")) return
    const bytes = await this.uploads.preview(key).catch(() => null)
    if (!bytes || !this.uploads.get(key)) return
    this.#urls.set(key, URL.createObjectURL(bytes))
    this.changed()
  }

  /** Forget the pictures whose uploads are done with. */
  #release() {
    for (const [key, url] of this.#urls) {
      if (this.uploads.get(key)) continue
      if (url) URL.revokeObjectURL(url)
      this.#urls.delete(key)
    }
  }
}
