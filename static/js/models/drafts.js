import { Emitter } from "../helpers/emitter.js"

/**
 * What was begun in each room and in each message that is rewritten; it survives a reload where the browser stores it.
 * The windows of one browser have the same drafts: `changed(roomId)` says that another window wrote one.
 */
export class Drafts extends Emitter {
  constructor(me, storage) {
    super()
    Object.assign(this, { prefix: `hubbub.draft.${me.id}.`, storage })
  }

  /** Hear what other windows write. */
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

  /** Put a text that was written before above what is begun now. */
  giveBack(roomId, text) {
    this.write(roomId, [text, this.read(roomId)].filter(Boolean).join("\n"))
    this.changed(roomId)
  }

  /** The messages that were being rewritten: {id, room, text, words}. */
  edits() {
    const keys = this.storage.keys.filter(key => key.startsWith(this.#editKey("")))
    return keys.map(key => parse(this.storage.getItem(key))).filter(Boolean)
  }

  /** Keep an edit; one that changes nothing is none. */
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
