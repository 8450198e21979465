import { oneTabAtATime } from "./browser.js"
import { workerUrl } from "./trusted-types.js"

/** A lock: one tab at a time changes the push subscription of this browser. */
export const withPushLock = oneTabAtATime("hubbub-push")

export function registerWorker(url) {
  return navigator.serviceWorker.register(workerUrl(url), { type: "module" })
}

/** A lock: one tab at a time registers the service worker, or removes it with its caches. */
export const withWorkerLock = oneTabAtATime("hubbub-worker")

/** Find the registration of the service worker; null if there is none or the browser refuses. */
export async function findRegistration() {
  try {
    return (await navigator.serviceWorker?.getRegistration()) ?? null
  } catch {
    return null
  }
}

/** Find the push subscription of this browser, or null. */
export async function findSubscription() {
  try {
    return (await (await findRegistration())?.pushManager?.getSubscription()) ?? null
  } catch {
    return null
  }
}

/** Remove the service worker with its notifications, caches and push subscription. */
export function forgetWorker() {
  return withWorkerLock(async () => {
    const registration = await findRegistration()
    for (const shown of (await registration?.getNotifications().catch(() => null)) ?? []) shown.close()
    await (await findSubscription())?.unsubscribe().catch(() => {})
    // A worker that is being installed would fill the caches again.
    if (registration?.installing) await changes(registration.installing)
    await registration?.unregister().catch(() => {})
    const caches = globalThis.caches // only on secure pages
    for (const name of (await caches?.keys().catch(() => null)) ?? []) await caches.delete(name).catch(() => {})
    await navigator.clearAppBadge?.().catch(() => {})
  })
}

function changes(worker) {
  return new Promise(resolve => worker.addEventListener("statechange", resolve, { once: true }))
}
