import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"
import { EditedFiles } from "./edited-files.js"

/**
 * The user's unfinished edits of messages. An edit is kept until it is saved or cancelled: while other rooms are shown,
 * other edits begin, and over a reload if the browser has storage.
 *
 * An edit is {id, room, text, words, had, files, state, error}: the stored text and the text in the field, the files
 * that the message has, and those in the edit's tray ([{key, description}], null while they are the same). Its state is
 * `loading`, `ready`, `saving`, or `failed` (the stored text could not be loaded).
 *
 * `makeTray({uploads, drafts, place})` makes the tray of an edit.
 */
export class Editing extends Emitter {
  /** The id of the edit that began last: its field gets the focus. */
  latest = null
  #edits = new Map()
  #trays = new Map()

  constructor({ source, save, drafts, uploads, makeTray }) {
    super()
    Object.assign(this, { source, save, drafts, uploads, makeTray })
    for (const edit of drafts.edits()) this.#edits.set(edit.id, { files: null, ...edit, state: "ready", error: null })
    uploads.on(key => this.#follow(key))
  }

  get(id) {
    return this.#edits.get(id) ?? null
  }

  of(room) {
    return [...this.#edits.values()].filter(edit => edit.room === room)
  }

  async begin({ id, room, files }) {
    this.latest = id
    const known = this.get(id)
    if (known && known.state !== "failed") return this.changed({ begun: id })
    const had = withoutLines(files)
    this.#set(id, { id, room, text: "", words: "", had, files: null, state: "loading", error: null })
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

  /** The tray of an edit: a FileTray with the files that the message has, and new ones. */
  tray({ id, files }) {
    const edit = this.get(id)
    edit.had ??= withoutLines(files)
    return this.#trayOf(edit)
  }

  /** Whether an edit refers to an upload. */
  hasFile(key) {
    return [...this.#edits.values()].some(({ files }) => files?.some(row => row.key === key))
  }

  /** Save an edit, with new files as soon as they are uploaded. */
  async finish(id) {
    const { state, text, words, files, room } = this.get(id) ?? {}
    if (state !== "ready") return
    const isEmpty = files ? !files.length : !this.get(id).had?.length
    if (isEmpty && !words.trim()) return
    if (words === text && !files) return this.cancel(id)
    this.#set(id, { state: "saving", error: null })
    const saving = this.get(id)
    const isCurrent = () => this.get(id) === saving
    try {
      const chosen = files && (await this.#whenReady(id, isCurrent))
      if (!isCurrent()) return
      await this.save({ id, room }, words, chosen)
      if (isCurrent()) this.#end(id, key => this.uploads.release(key))
    } catch (error) {
      reportBug(error)
      if (isCurrent()) this.#set(id, { state: "ready", error: error.message })
    }
  }

  cancel(id) {
    this.#end(id, key => this.uploads.cancel(key))
  }

  #end(id, giveUp) {
    const edit = this.get(id)
    if (!edit) return
    const had = new Set(edit.had?.map(file => file.id))
    for (const { key } of edit.files ?? []) if (!had.has(key)) giveUp(key)
    this.#edits.delete(id)
    this.#trays.delete(id)
    this.drafts.writeEdit({ ...edit, words: edit.text, files: null })
    if (this.latest === id) this.latest = null
    this.changed({ ended: id })
  }

  #trayOf(edit) {
    if (!this.#trays.has(edit.id)) this.#trays.set(edit.id, this.#makeTray(edit))
    return this.#trays.get(edit.id)
  }

  #makeTray({ id, had }) {
    const uploads = new EditedFiles(this.uploads, had)
    const files = {
      on: () => {}, // other windows change their own edits
      files: () => this.get(id)?.files ?? uploads.rows,
      writeFiles: (_, rows) => this.#writeFiles(id, isSame(rows, uploads.rows) ? null : rows),
    }
    return this.makeTray({ uploads, drafts: files, place: () => id })
  }

  #writeFiles(id, files) {
    const edit = this.get(id)
    if (!edit) return
    edit.files = files
    this.drafts.writeEdit(edit)
  }

  /** Resolves with the files as the server gets them, or rejects with why one cannot be uploaded. */
  #whenReady(id, isCurrent) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const files = isCurrent() ? this.#trayOf(this.get(id)).files : []
        const failed = files.find(({ state }) => state === "failed")
        if (!failed && files.some(({ state }) => state !== "ready")) return
        stop()
        if (failed) reject(failed.error)
        else resolve(files.map(({ file, description }) => ({ id: file.id, alt: description })))
      }
      const ends = [this.uploads.on(look), this.on(look)]
      const stop = () => {
        for (const end of ends) end()
      }
      look()
    })
  }

  #follow(key) {
    for (const tray of this.#trays.values()) tray.uploads.changed(key)
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

/** The first lines of texts are not shown in an edit, and are too long to be stored with it. */
function withoutLines(files = []) {
  return files.map(({ lines_html: _, ...file }) => file)
}

function isSame(rows, others) {
  return JSON.stringify(rows) === JSON.stringify(others)
}
