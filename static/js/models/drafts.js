import { Emitter } from "../helpers/emitter.js"

const ROOM = /^(?:files\.)?(\d+)$/

/**
 * The drafts of new messages, with their files, and of edits. They survive a reload if the browser has storage. The
 * windows of one browser share them: `changed(roomId)` is emitted when another window wrote one.
 */
export class Drafts extends Emitter {
  constructor(me, storage) {
    super()
    Object.assign(this, { prefix: `hubbub.draft.${me.id}.`, storage })
  }

  /** Follow the changes of other windows. */
  begin(page = globalThis) {
    page.addEventListener("storage", ({ key }) => {
      const room = key?.startsWith(this.prefix) && ROOM.exec(key.slice(this.prefix.length))
      if (room) this.changed(Number(room[1]))
    })
  }

  read(roomId) {
    return this.storage.getItem(this.prefix + roomId) ?? ""
  }

  write(roomId, text) {
    if (text) this.storage.setItem(this.prefix + roomId, text)
    else this.storage.removeItem(this.prefix + roomId)
  }

  /** The files in the composer of a room: [{key, description}] of uploads. */
  files(roomId) {
    return parse(this.storage.getItem(this.#filesKey(roomId))) ?? []
  }

  writeFiles(roomId, files) {
    if (files.length) this.storage.setItem(this.#filesKey(roomId), JSON.stringify(files))
    else this.storage.removeItem(this.#filesKey(roomId))
  }

  /** Whether a draft has the upload of this key. */
  hasFile(key) {
    const stored = this.storage.keys.filter(name => name.startsWith(this.#filesKey("")))
    return stored.some(name => this.storage.getItem(name)?.includes(key))
  }

  /** Put an unsent text back, above the current draft, and files before those of the draft. */
  giveBack(roomId, text, files = []) {
    this.write(roomId, [text, this.read(roomId)].filter(Boolean).join("\n"))
    this.writeFiles(roomId, [...files, ...this.files(roomId)])
    this.changed(roomId)
  }

  /** The unfinished edits: {id, room, text, words, had, files}. */
  edits() {
    const keys = this.storage.keys.filter(key => key.startsWith(this.#editKey("")))
    return keys.map(key => parse(this.storage.getItem(key))).filter(Boolean)
  }

  /** Store an edit; one without a change is removed. */
  writeEdit({ id, room, text, words, had, files }) {
    if (words === text && !files) this.storage.removeItem(this.#editKey(id))
    else this.storage.setItem(this.#editKey(id), JSON.stringify({ id, room, text, words, had, files }))
  }

  #filesKey(roomId) {
    return `${this.prefix}files.${roomId}`
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
