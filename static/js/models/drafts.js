import { Emitter } from "../helpers/emitter.js"

/**
 * The drafts of new messages and of edits. They survive a reload if the browser has storage. The windows of one browser
 * share them: `changed(roomId)` is emitted when another window wrote one.
 */
export class Drafts extends Emitter {
  constructor(me, storage) {
    super()
    Object.assign(this, { prefix: `hubbub.draft.${me.id}.`, storage })
  }

  /** Follow the changes of other windows. */
  begin(page = globalThis) {
    page.addEventListener("storage", ({ key }) => {
      const roomId = key?.startsWith(this.prefix) && Number(key.slice(this.prefix.length))
      if (roomId) this.changed(roomId)
    })
  }

  read(roomId) {
    return this.storage.getItem(this.prefix + roomId) ?? ""
  }

  write(roomId, text) {
    if (text) this.storage.setItem(this.prefix + roomId, text)
    else this.storage.removeItem(this.prefix + roomId)
  }

  /** Put an unsent text back, above the current draft. */
  giveBack(roomId, text) {
    this.write(roomId, [text, this.read(roomId)].filter(Boolean).join("\n"))
    this.changed(roomId)
  }

  /** The unfinished edits: {id, room, text, words}. */
  edits() {
    const keys = this.storage.keys.filter(key => key.startsWith(this.#editKey("")))
    return keys.map(key => parse(this.storage.getItem(key))).filter(Boolean)
  }

  /** Store an edit; one without a change is removed. */
  writeEdit({ id, room, text, words }) {
    if (words === text) this.storage.removeItem(this.#editKey(id))
    else this.storage.setItem(this.#editKey(id), JSON.stringify({ id, room, text, words }))
  }

  #editKey(id) {
    return `${this.prefix}edit.${id}`
  }
}

function parse(json) {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
