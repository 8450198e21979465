import { oneTabAtATime } from "./browser.js"

/** One tab at a time changes whether this browser takes pushes. */
export const inPushTurn = oneTabAtATime("hubbub-push")

/** What this browser has subscribed to, or null. */
export async function findSubscription() {
  const registration = await navigator.serviceWorker?.getRegistration()
  return (await registration?.pushManager?.getSubscription()) ?? null
}
