import { findSubscription, registerWorker } from "../helpers/push-subscription.js"

/** The push functions of this browser. `worker`: the URL of the service worker. */
export class PushBrowser {
  constructor({ worker }) {
    this.worker = worker
  }

  facts() {
    return {
      isSecure: globalThis.isSecureContext,
      hasPush: "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis,
      isAppleMobile: /iPhone|iPad/.test(navigator.userAgent) || (isMacintosh() && navigator.maxTouchPoints > 1),
      isInstalled: matchMedia("(display-mode: standalone)").matches,
      permission: globalThis.Notification?.permission,
    }
  }

  subscription() {
    return findSubscription()
  }

  /** Ask for permission and subscribe. A subscription with another key of the site is replaced. */
  async subscribe(key) {
    if ((await Notification.requestPermission()) !== "granted") throw new DOMException("", "NotAllowedError")
    await registerWorker(this.worker)
    const { pushManager } = await navigator.serviceWorker.ready
    const options = { userVisibleOnly: true, applicationServerKey: key }
    const subscribe = () => pushManager.subscribe(options)
    const subscription = await subscribe().catch(async error => {
      if (error.name !== "InvalidStateError") throw error
      await this.unsubscribe()
      return subscribe()
    })
    return subscription.toJSON()
  }

  async unsubscribe() {
    await (await findSubscription())?.unsubscribe()
  }

  /** Call `changed` when the permission changes in the browser's settings. */
  async onPermission(changed) {
    const status = await navigator.permissions?.query({ name: "notifications" }).catch(() => null)
    status?.addEventListener("change", changed)
  }
}

function isMacintosh() {
  return navigator.userAgent.includes("Macintosh")
}
