import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { fileSize } from "../helpers/file-words.js"
import { plural, t } from "../helpers/i18n.js"
import { beforeNextFrame } from "../helpers/schedule.js"
import { uploadsTotal } from "../helpers/upload-words.js"

/** How far the uploads of a message that waits for them are, with pause and resume. `app` and `keys` are its properties. */
class UploadProgress extends HTMLElement {
  connectedCallback() {
    this.end = this.app.uploads.on(beforeNextFrame(() => this.isConnected && this.#draw()))
    this.#draw()
  }

  disconnectedCallback() {
    this.end()
  }

  #draw() {
    const { uploads } = this.app
    const all = this.keys.map(key => uploads.get(key)).filter(Boolean)
    const open = all.filter(({ state }) => state !== "ready")
    render(open.length ? this.#template(open, uploadsTotal(all)) : nothing, this)
  }

  #template(open, { sent, size, isPaused, isProcessing }) {
    const { uploads } = this.app
    const waits = open.filter(({ error }) => error)
    const change = () => {
      for (const { key } of open) isPaused ? uploads.resume(key) : uploads.pause(key)
    }
    const values = { sent: fileSize(sent), size: fileSize(size) }
    const words = isPaused
      ? t("Paused at {sent} of {size}", values)
      : plural(
          "Uploading {count} file: {sent} of {size}",
          "Uploading {count} files: {sent} of {size}",
          open.length,
          values,
        )
    return html`<progress max=${Math.max(1, size)} value=${isProcessing ? nothing : sent} aria-label=${t("Uploads of this message")}></progress>
      <span class="soft small">${isProcessing ? t("Processing") : words}</span>
      ${
        isProcessing
          ? nothing
          : html`<button type="button" class="link" @click=${change}>${isPaused ? t("Resume") : t("Pause")}</button>`
      }${waits.map(({ name, error }) => html`<p class="soft small" role="status"><bdi>${name}</bdi>: ${error.message}</p>`)}`
  }
}

customElements.define("upload-progress", UploadProgress)
