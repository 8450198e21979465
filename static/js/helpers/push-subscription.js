import { oneTabAtATime } from "./browser.js"
import { workerUrl } from "./trusted-types.js"

/** One tab at a time changes whether this browser takes pushes. */
export const withPushLock = oneTabAtATime("hubbub-push")

export function registerWorker(url) {
  return navigator.serviceWorker.register(workerUrl(url), { type: "module" })
}

/** One tab at a time registers the service worker, or removes it with what it keeps. */
export const withWorkerLock = oneTabAtATime("hubbub-worker")

/** Our service worker's registration, or null: also where the browser refuses to say. */
export async function findRegistration() {
  try {
    return (await navigator.serviceWorker?.getRegistration()) ?? null
  } catch {
    return null
  }
}

/** What this browser has subscribed to, or null. */
export async function findSubscription() {
  try {
    return (await (await findRegistration())?.pushManager?.getSubscription()) ?? null
  } catch {
    return null
  }
}

/** Remove the service worker, what it shows and keeps, and that pushes come here. */
export function forgetWorker() {
  return withWorkerLock(async () => {
    const registration = await findRegistration()
    for (const shown of (await registration?.getNotifications().catch(() => null)) ?? []) shown.close()
    await (await findSubscription())?.unsubscribe().catch(() => {})
    // Being installed, it would keep again what is removed.
    if (registration?.installing) await changes(registration.installing)
    await registration?.unregister().catch(() => {})
    const caches = globalThis.caches // for secure pages only
    for (const name of (await caches?.keys().catch(() => null)) ?? []) await caches.delete(name).catch(() => {})
    await navigator.clearAppBadge?.().catch(() => {})
  })
}

function changes(worker) {
  return new Promise(resolve => worker.addEventListener("statechange", resolve, { once: true }))
}
