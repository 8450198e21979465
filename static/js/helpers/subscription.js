import { oneTabAtATime } from "./browser.js"

/** One tab at a time changes whether this browser takes pushes. */
export const inPushTurn = oneTabAtATime("hubbub-push")

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
