import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"

/**
 * The user's unfinished edits of messages. An edit is kept until it is saved or cancelled: while other rooms are shown,
 * other edits begin, and over a reload if the browser has storage.
 *
 * An edit is {id, room, text, words, state, error}: the stored text and the text in the field. Its state is `loading`,
 * `ready`, `saving`, or `failed` (the stored text could not be loaded).
 */
export class Editing extends Emitter {
  /** The id of the edit that began last: its field gets the focus. */
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
      reportBug(error)
      if (this.get(id) === loading) this.#set(id, { state: "failed", error: error.message })
    }
  }

  /** Store the text of the field. */
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
      reportBug(error)
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

  /**
   * Edits are replaced, not changed: a caller that awaits something can compare, to see whether its attempt is still
   * current.
   */
  #set(id, change, news) {
    this.#edits.set(id, { ...this.get(id), ...change })
    this.changed(news)
  }
}
