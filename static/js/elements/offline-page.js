import { systemClock } from "../helpers/browser.js"
import { localData } from "../helpers/browser-data.js"
import { fill } from "../helpers/http.js"
import { registerWorker, withWorkerLock } from "../helpers/push-subscription.js"
import { whenIdle } from "../helpers/schedule.js"
import { probeSignIn } from "../helpers/sign-in.js"
import { followThemeCookie } from "../helpers/theme.js"
import { readPage } from "../helpers/trusted-types.js"
import { openRoomCache, RoomCache } from "../models/room-cache.js"
import { roomOf } from "./actions.js"

/** A page with nothing to show checks at this interval whether the server is back. */
const RETRY_MS = 10_000

/**
 * Return the HTML of the parts that only the server renders: the account menu and the announcements. Call it before the
 * elements begin.
 */
export function takeDrawn() {
  return [...document.querySelectorAll("[data-kept]")].map(({ outerHTML }) => outerHTML).join("")
}

/** Cache this page's initial data, updated, for a page that is opened offline. */
export function keepPage(app, initialData, drawn) {
  // A page that began offline has old data: caching it again would not make it newer.
  let isFresh = Boolean(initialData.open)
  const keep = () => {
    app.roomCache.flush()
    if (!isFresh) return
    const kept = { ...initialData, open: null, target: null, rooms: app.roomEntries() }
    app.roomCache.keepPage({ initialData: kept, drawn, script: scriptUrl() })
  }
  whenIdle(keep)
  document.addEventListener("visibilitychange", () => document.hidden && keep())
  app.connection.on(() => {
    const { state } = app.connection
    isFresh ||= state === "connected"
    if (state === "offline" || state === "waiting") keep()
  })
}

/**
 * Register the service worker, which caches a page for offline use, once this page has loaded; but not if the user has
 * just signed out in another tab.
 */
export function keepWorker(url, me) {
  if (!navigator.serviceWorker) return
  const register = async () => localData.signedIn === me.id && registerWorker(url)
  // Some browsers have no modules in workers, and users can forbid workers.
  whenIdle(() => withWorkerLock(register).catch(() => {}))
}

/** Start the cached offline page with the user's cached data, or show a notice that there is none. */
export async function startOffline(start) {
  followThemeCookie()
  const found = await findKept()
  const target = found?.page.initialData && findTarget(found.page.initialData, found.ids)
  if (!target) return showNotice({ hasRooms: Boolean(found?.ids.length) })
  document.getElementById("offline").remove()
  for (const drawn of [...readPage(found.page.drawn).body.children])
    document.querySelector(`[data-place=${drawn.localName}]`)?.replaceWith(drawn)
  start({ ...found.page.initialData, target })
}

/** Find the cached data of the signed-in user, if they are of this script's version. */
async function findKept() {
  const person = localData.signedIn
  if (!person) return null
  const kept = new RoomCache({ open: () => openRoomCache(person), clock: systemClock })
  const [page, ids] = await Promise.all([kept.page(), kept.ids()])
  await kept.close()
  return page?.script === scriptUrl() ? { page, ids } : null
}

/** Find the room (and message) of the URL; the site's root means the last visited room. */
function findTarget({ rooms, urls }, ids) {
  const isMine = id => rooms.some(room => room.id === id)
  if (location.pathname !== urls.home) {
    const target = roomOf(new URL(location.href), urls.room)
    return target && isMine(target.id) ? target : null
  }
  const last = ids.find(isMine)
  if (last === undefined) return null
  history.replaceState(null, "", fill(urls.room, { room: last }))
  return { id: last, position: null }
}

/** Show the offline notice, and reload as soon as the server responds again. */
function showNotice({ hasRooms }) {
  const notice = document.getElementById("offline")
  document.getElementById("app").remove()
  document.querySelector(".skip").remove()
  notice.hidden = false
  notice.querySelector("a").hidden = !hasRooms
  notice.querySelector("button").addEventListener("click", () => location.reload())
  const look = async () => (await probeSignIn()) === "unreachable" || location.reload()
  addEventListener("online", look)
  setInterval(look, RETRY_MS)
}

/** Identifies the version: a script and cached data of different versions may not fit. */
function scriptUrl() {
  return document.querySelector("script[src]").src
}
