import { localStore } from "../helpers/safe-storage.js"
import { isPushOn } from "./browser-notifications.js"

const DECLINED = "hubbub.announce"

/** Whether the browser may speak while the tab is in the background: asked for only after a press, explained before. */
export class BellConsent {
  #isPushOn = true

  constructor(changed) {
    this.changed = changed
  }

  /** The panel was opened: is there anything to ask? */
  async look() {
    this.#isPushOn = await isPushOn()
    this.changed()
  }

  /** What can be answered, or null where there is nothing to ask. */
  get offer() {
    if (this.#isPushOn || !globalThis.isSecureContext || globalThis.Notification?.permission !== "default") return null
    if (localStore.getItem(DECLINED)) return null
    return { agree: () => this.#ask(), decline: () => this.#decline() }
  }

  async #ask() {
    await Notification.requestPermission().catch(() => {})
    this.changed()
  }

  #decline() {
    localStore.setItem(DECLINED, "declined")
    this.changed()
  }
}
