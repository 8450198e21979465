import { openFileMenu } from "./file-menu.js"
import { PasteOffer } from "./paste-offer.js"
import { Recorders } from "./recorder-opener.js"

/**
 * The ways to files of the composer: the menu, the voice recorders, and the offer for a long pasted text. They are loaded
 * when they are first used. `area` and `room` return the field and the current room's id, `changed` renders the composer.
 */
export class ComposerFiles {
  constructor(app, { area, room, changed }) {
    Object.assign(this, { app, room })
    const add = async file => (await app.fileTray.add([file])).length > 0
    this.offer = new PasteOffer({ area, add, changed })
    this.recorders = new Recorders(app, { add, changed, ended: () => area()?.focus() })
  }

  openMenu(anchor) {
    openFileMenu(anchor, this.app, { record: () => this.recorders.open(this.room()) })
  }
}

/** Open the menu of an edit. */
export function openEditMenu(anchor, page) {
  openFileMenu(anchor, page)
}
