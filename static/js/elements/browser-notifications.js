import { isolate } from "../helpers/bidi-isolation.js"
import { goTo } from "../helpers/go-to.js"
import { findRegistration, findSubscription } from "../helpers/push-subscription.js"

/**
 * Browser notifications, for when no tab is visible. If push is on in this browser, the service worker shows them
 * instead.
 */
export class BrowserNotifications {
  #shown = new Map()

  constructor({ icon, read }) {
    Object.assign(this, { icon, read })
  }

  async show(notification) {
    if (globalThis.Notification?.permission !== "granted" || (await isPushOn())) return
    const { id, stream, body, group, url } = notification
    const title = stream ? `${isolate(stream.name)}: ${notification.title}` : notification.title
    // The same tag as a push has (notifications/delivery/push/contents.py): in one group the newest replaces the one
    // before.
    const tag = group || `notification.${id}`
    const options = { body, icon: this.icon, tag, renotify: true, data: { ids: [id], url } }
    try {
      this.#keep(notification, new Notification(title, options))
    } catch {
      // Mobile browsers have them only through a service worker.
      const registration = await findRegistration()
      await registration?.showNotification(title, options).catch(() => {})
    }
  }

  /** Close notifications that are read or archived, also those shown by a push. `isOver` takes an id. */
  async close(isOver) {
    for (const [id, shown] of this.#shown) if (isOver(id)) shown.close()
    const registration = await findRegistration()
    const pushed = (await registration?.getNotifications().catch(() => null)) ?? []
    for (const one of pushed) if (one.data?.ids?.every(isOver)) one.close()
  }

  #keep(notification, shown) {
    this.#shown.set(notification.id, shown)
    shown.addEventListener("close", () => this.#shown.delete(notification.id))
    shown.addEventListener("click", () => {
      focus()
      shown.close()
      this.read([notification.id])
      if (notification.url) goTo(notification.url)
    })
  }
}

/** Resolves with whether push is on in this browser. */
export async function isPushOn() {
  return Boolean(await findSubscription())
}
