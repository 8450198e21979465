// The service worker: it shows, closes and opens pushed notifications, and serves the offline page.

import { answerRequests, dropPages, keepPage } from "./offline.js"
import { chooseWindow, isSeen, parsePush, readPush, wantsToBeSeen } from "./pushes.js"

const ANSWER_MS = 800

/**
 * Start the worker. `config`: the icons of notifications, and the URLs that the worker requests. `offline`: the page to
 * cache; without one the worker caches nothing and handles no requests.
 */
export function begin({ offline = null, ...config }) {
  addEventListener("install", event => event.waitUntil(install(offline)))
  addEventListener("activate", event => event.waitUntil(activate(offline)))
  if (offline) answerRequests(offline)
  addEventListener("push", event => event.waitUntil(take(event.data, config)))
  addEventListener("notificationclick", event => event.waitUntil(answer(event, config)))
  addEventListener("pushsubscriptionchange", event => event.waitUntil(renew(event, config)))
}

async function install(offline) {
  // If this fails, pushes still work.
  if (offline) await keepPage(offline).catch(() => {})
  await skipWaiting()
}

/** Take control of the open pages, and remove the caches of older versions. */
async function activate(offline) {
  await Promise.all([
    dropPages(offline),
    registration.navigationPreload?.[offline ? "enable" : "disable"](),
    clients.claim(),
  ])
}

async function take(data, { icon, badge }) {
  const [windows, shown, subscription] = await Promise.all([
    ourWindows(),
    registration.getNotifications(),
    registration.pushManager.getSubscription().catch(() => null),
  ])
  const payload = parsePush(data)
  const todo = readPush(payload, {
    shown: shown.map(({ tag, data }) => ({ tag, ids: data?.ids })),
    isSeen: isSeen(windows),
    mustShow: wantsToBeSeen(subscription?.endpoint),
    icon,
    badge,
  })
  for (const one of shown) if (todo.close.includes(one.tag)) one.close()
  if (todo.toPages) for (const window of windows) window.postMessage({ type: "push", payload })
  await Promise.all([
    todo.show && registration.showNotification(todo.show.title, todo.show.options),
    todo.badge !== null && showBadge(todo.badge),
  ])
}

async function showBadge(unread) {
  try {
    await (unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())
  } catch {
    // Only an installed app has an icon.
  }
}

async function answer({ notification, action }, config) {
  notification.close()
  const { url = "/", open = url, ids = [] } = notification.data ?? {}
  if (action === "read" && (await markRead(ids, config))) return
  const window = chooseWindow(await ourWindows())
  if (!window || isElsewhere(url)) return clients.openWindow(open)
  // Focus first: the click allows it for a moment only.
  await window.focus().catch(() => {})
  if (await isTaken(window, { type: "open", url, ids })) return
  await window.navigate(open).catch(() => clients.openWindow(open))
}

function isElsewhere(url) {
  return new URL(url, location.href).origin !== location.origin
}

/** Ask a page to open a URL without a page load; a page without a listener does not reply. */
function isTaken(window, message) {
  const { port1, port2 } = new MessageChannel()
  return new Promise(resolve => {
    port1.onmessage = () => resolve(true)
    setTimeout(() => resolve(false), ANSWER_MS)
    window.postMessage(message, [port2])
  })
}

async function markRead(ids, config) {
  try {
    const { unread } = await post(config.read, { ids }, await state(config))
    await showBadge(unread)
    return true
  } catch {
    return false
  }
}

/** The browser dropped or replaced the subscription: register the new one with the server. */
async function renew({ oldSubscription, newSubscription }, config) {
  const { key, csrf } = await state(config)
  const options = { userVisibleOnly: true, applicationServerKey: key }
  const subscription = newSubscription ?? (await registration.pushManager.subscribe(options))
  await post(config.register, { ...subscription.toJSON(), replaces: oldSubscription?.endpoint ?? "" }, { csrf })
}

async function state({ state }) {
  const response = await fetch(state, { headers: { Accept: "application/json" } })
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  return response.json()
}

async function post(url, body, { csrf }) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf }
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  return response.json()
}

function ourWindows() {
  return clients.matchAll({ type: "window", includeUncontrolled: true })
}
