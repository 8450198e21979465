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

/** How often a page that can show nothing looks whether the server is back. */
const RETRY_MS = 10_000

/** What the server drew and no script does: the person's corner and the announcements. To be taken before a view begins. */
export function takeDrawn() {
  return [...document.querySelectorAll("[data-kept]")].map(({ outerHTML }) => outerHTML).join("")
}

/** Keep what this page began with, as it is by now, for one that is opened without a connection. */
export function keepPage(app, boot, drawn) {
  // What was begun without a connection gets no younger by that.
  let isFresh = Boolean(boot.open)
  const keep = () => {
    app.roomCache.flush()
    if (!isFresh) return
    const kept = { ...boot, open: null, target: null, rooms: app.roomEntries() }
    app.roomCache.keepPage({ boot: kept, drawn, script: scriptUrl() })
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
 * Have the service worker, which has a page for when there is no connection, once this page has all that it needs; and not
 * when its person has just signed out in another tab.
 */
export function keepWorker(url, me) {
  if (!navigator.serviceWorker) return
  const register = async () => localData.signedIn === me.id && registerWorker(url)
  // A browser that knows no modules in workers, or a person who forbids them, has none.
  whenIdle(() => withWorkerLock(register).catch(() => {}))
}

/** Begin the page that the service worker kept: with what is kept of the person, or with the words that there is nothing. */
export async function startOffline(start) {
  followThemeCookie()
  const found = await findKept()
  const target = found && findTarget(found.page.boot, found.ids)
  if (!target) return showNotice({ hasRooms: Boolean(found?.ids.length) })
  document.getElementById("offline").remove()
  for (const drawn of [...readPage(found.page.drawn).body.children])
    document.querySelector(`[data-place=${drawn.localName}]`)?.replaceWith(drawn)
  start({ ...found.page.boot, target })
}

/** What is kept of who is signed in, as far as this browser knows, and fits this page's script. */
async function findKept() {
  const person = localData.signedIn
  if (!person) return null
  const kept = new RoomCache({ open: () => openRoomCache(person), clock: systemClock })
  const [page, ids] = await Promise.all([kept.page(), kept.ids()])
  await kept.close()
  return page?.script === scriptUrl() ? { page, ids } : null
}

/** The room (and message) that the address names; the site's own names the one that was visited last. */
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

/** This address cannot be shown now; it is as soon as the server answers again. */
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

/** Of another version, both the script and what is kept would meet something that they do not know. */
function scriptUrl() {
  return document.querySelector("script[src]").src
}
