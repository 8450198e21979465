import { Emitter } from "../helpers/emitter.js"
import { reportOwn } from "../helpers/own-errors.js"

/**
 * My messages that are being rewritten. What was typed stays until it is saved or given up: while one looks into other
 * rooms, begins another edit, and over a reload where the browser stores it.
 *
 * An edit is {id, room, text, words, state, error}: the text that is stored, the words in the field; `loading`, `ready`,
 * `saving`, or `failed` (the text could not be had, the words that one has stay).
 */
export class Editing extends Emitter {
  /** The id of the message that was begun last: its field gets the focus. */
  latest = null
  #edits = new Map()

  constructor({ source, save, drafts }) {
    super()
    Object.assign(this, { source, save, drafts })
    for (const edit of drafts.edits()) this.#edits.set(edit.id, { ...edit, state: "ready", error: null })
  }

  get(id) {
    return this.#edits.get(id) ?? null
  }

  of(room) {
    return [...this.#edits.values()].filter(edit => edit.room === room)
  }

  async begin({ id, room }) {
    this.latest = id
    const known = this.get(id)
    if (known && known.state !== "failed") return this.changed({ begun: id })
    this.#set(id, { id, room, text: "", words: "", state: "loading", error: null })
    const loading = this.get(id)
    try {
      const { text } = await this.source({ id, room })
      if (this.get(id) === loading) this.#set(id, { text, words: text, state: "ready" }, { begun: id })
    } catch (error) {
      reportOwn(error)
      if (this.get(id) === loading) this.#set(id, { state: "failed", error: error.message })
    }
  }

  /** What is in the field now. */
  write(id, words) {
    const edit = this.get(id)
    if (!edit) return
    edit.words = words
    this.drafts.writeEdit(edit)
  }

  async finish(id) {
    const { state, text, words, room } = this.get(id) ?? {}
    if (state !== "ready" || !words.trim()) return
    if (words === text) return this.cancel(id)
    this.#set(id, { state: "saving", error: null })
    const saving = this.get(id)
    try {
      await this.save({ id, room }, words)
      if (this.get(id) === saving) this.cancel(id)
    } catch (error) {
      reportOwn(error)
      if (this.get(id) === saving) this.#set(id, { state: "ready", error: error.message })
    }
  }

  cancel(id) {
    const edit = this.get(id)
    if (!edit) return
    this.#edits.delete(id)
    this.drafts.writeEdit({ ...edit, words: edit.text })
    if (this.latest === id) this.latest = null
    this.changed({ ended: id })
  }

  /** Only the state is new: whoever holds an edit as it was sees by that whether it is still the same attempt. */
  #set(id, change, news) {
    this.#edits.set(id, { ...this.get(id), ...change })
    this.changed(news)
  }
}
