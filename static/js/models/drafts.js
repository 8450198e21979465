/** What was begun in each room; it survives a reload where the browser stores it. */
export class Drafts {
  constructor(me, storage) {
    Object.assign(this, { prefix: `hubbub.draft.${me.id}.`, storage })
  }

  read(roomId) {
    return this.storage.getItem(this.prefix + roomId) ?? ""
  }

  write(roomId, text) {
    if (text) this.storage.setItem(this.prefix + roomId, text)
    else this.storage.removeItem(this.prefix + roomId)
  }
}
