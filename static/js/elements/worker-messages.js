import { goTo } from "../helpers/go-to.js"
import { findSubscription, withPushLock } from "../helpers/push-subscription.js"
import { tabStore } from "../helpers/safe-storage.js"
import { PushApi } from "../models/push-api.js"

const GREETED = "hubbub.push-greeted"

/** Handle messages of the service worker: a notification was clicked, or a push is left to the page. */
export function handleWorkerMessages(bell, me) {
  if (!navigator.serviceWorker) return
  navigator.serviceWorker.addEventListener("message", ({ data, ports }) => {
    if (data?.type === "open") open(bell, data, ports[0])
    if (data?.type === "push" && !bell.isLive) bell.refresh()
  })
  if (bell.urls.see) greet(new PushApi(bell.urls), me)
}

function open(bell, { url, ids }, port) {
  port?.postMessage("taken")
  // They may be older than the bell's list.
  if (ids.length) bell.api.post("read", { ids }).catch(() => {})
  goTo(url)
}

/**
 * Report this browser to the server, once per tab. If its device was removed elsewhere or belongs to another user, the
 * browser unsubscribes from push.
 */
async function greet(api, me) {
  await withPushLock(async () => {
    const subscription = await findSubscription()
    const who = subscription && `${me.id} ${subscription.endpoint}`
    if (!subscription || tabStore.getItem(GREETED) === who) return
    const device = await api.see(subscription.endpoint)
    if (device) tabStore.setItem(GREETED, who)
    else await subscription.unsubscribe()
  }).catch(() => {
    // Offline: the next page tries again.
  })
}
