import { isolate } from "../helpers/bidi-isolation.js"
import { goTo } from "../helpers/go-to.js"
import { findRegistration, findSubscription } from "../helpers/push-subscription.js"

/** Speaks through the browser where no tab is looked at. Where this browser takes pushes, the service worker does. */
export class BrowserNotifications {
  #shown = new Map()

  constructor({ icon, read }) {
    Object.assign(this, { icon, read })
  }

  async show(notification) {
    if (globalThis.Notification?.permission !== "granted" || (await isPushOn())) return
    const { id, stream, body, group, url } = notification
    const title = stream ? `${isolate(stream.name)}: ${notification.title}` : notification.title
    // As a push says it (notifications/delivery/push/contents.py): of one group the newest takes the place of the one before.
    const tag = group || `notification.${id}`
    const options = { body, icon: this.icon, tag, renotify: true, data: { ids: [id], url } }
    try {
      this.#keep(notification, new Notification(title, options))
    } catch {
      // Browsers on phones have them through a service worker only.
      const registration = await findRegistration()
      await registration?.showNotification(title, options).catch(() => {})
    }
  }

  /** Close what is over, also what a push has shown. `isOver` takes an id. */
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

/** Whether pushes reach this browser. */
export async function isPushOn() {
  return Boolean(await findSubscription())
}
