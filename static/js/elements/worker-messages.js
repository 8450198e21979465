import { goTo } from "../helpers/go-to.js"
import { findSubscription, withPushLock } from "../helpers/push-subscription.js"
import { tabStore } from "../helpers/safe-storage.js"
import { PushApi } from "../models/push-api.js"

const GREETED = "hubbub.push-greeted"

/** Hear the service worker on a page with a bell: something was pressed that it showed, or it left a push to the page. */
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
  // They may be older than what the bell lists.
  if (ids.length) bell.api.post("read", { ids }).catch(() => {})
  goTo(url)
}

/**
 * Once in a tab: the server hears that this browser is here. Where it knows nothing of it, since it was removed elsewhere or
 * somebody else has signed in, the browser takes no more pushes either.
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
    // No connection: the next page tries again.
  })
}
