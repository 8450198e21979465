/** What was begun in each room; it survives a reload. Storage may be full or forbidden: then it lives as long as the page. */
export class Drafts {
  #kept = new Map()

  constructor(me, storage) {
    Object.assign(this, { prefix: `hubbub.draft.${me.id}.`, storage })
  }

  read(roomId) {
    try {
      return this.storage.getItem(this.prefix + roomId) ?? this.#kept.get(roomId) ?? ""
    } catch {
      return this.#kept.get(roomId) ?? ""
    }
  }

  write(roomId, text) {
    this.#kept.set(roomId, text)
    try {
      if (text) this.storage.setItem(this.prefix + roomId, text)
      else this.storage.removeItem(this.prefix + roomId)
    } catch {
      // #kept has it.
    }
  }
}
