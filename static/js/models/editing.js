import { Emitter } from "../helpers/emitter.js"

/** The message of mine that is being rewritten, if any. */
export class Editing extends Emitter {
  message = null
  text = ""
  state = null
  error = null

  constructor({ source, save }) {
    super()
    Object.assign(this, { source, save })
  }

  async begin(message) {
    this.#set({ message, text: "", state: "loading", error: null })
    try {
      const { text } = await this.source(message)
      if (this.message === message) this.#set({ text, state: "ready" })
    } catch (error) {
      if (this.message === message) this.#set({ state: "failed", error: error.message })
    }
  }

  async finish(text) {
    const { message } = this
    if (this.state !== "ready" || !text.trim()) return
    if (text === this.text) return this.cancel()
    this.#set({ text, state: "saving", error: null })
    try {
      await this.save(message, text)
      if (this.message === message) this.cancel()
    } catch (error) {
      if (this.message === message) this.#set({ state: "ready", text: null, error: error.message })
    }
  }

  cancel() {
    this.#set({ message: null, text: "", state: null, error: null })
  }

  #set(change) {
    Object.assign(this, change)
    this.changed()
  }
}
