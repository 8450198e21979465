import { localStore } from "../helpers/safe-storage.js"
import { isPushOn } from "./browser-notifications.js"

const DECLINED = "hubbub.announce"

/**
 * The permission for browser notifications while the tab is in the background. It is explained first and requested
 * after a click only.
 */
export class BellConsent {
  #isPushOn = true

  constructor(changed) {
    this.changed = changed
  }

  /** Check, when the panel opens, whether there is anything to ask. */
  async look() {
    this.#isPushOn = await isPushOn()
    this.changed()
  }

  /** The possible answers, or null if there is nothing to ask. */
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
