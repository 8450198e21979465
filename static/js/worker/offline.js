/** A page of nobody's, with the files it needs, for when the server cannot be reached. */

const PREFIX = "hubbub-offline-"

/** Keep the page and its files under the name of their version, unless they are. What fails is tried again later. */
export async function keepPage(offline) {
  const cache = await caches.open(PREFIX + offline.version)
  if (!(await cache.match(offline.page, { ignoreVary: true }))) await fill(cache, offline)
}

async function fill(cache, { page, files }) {
  // Without cookies: what comes is the same for everybody.
  const response = await fetch(page, { credentials: "omit", cache: "no-store" })
  const text = await response.clone().text()
  // While a new version is rolled out, the page may be of another server than this script.
  if (!response.ok || !text.includes(files[0])) throw new Error("The page is of another version.")
  await cache.addAll(files)
  await cache.put(page, response)
}

/** Remove every page but this one. */
export async function dropPages(offline) {
  const names = (await caches.keys()).filter(name => name.startsWith(PREFIX) && name !== PREFIX + offline?.version)
  await Promise.all(names.map(name => caches.delete(name)))
}

/**
 * Answer requests for pages from the network, as if there were no worker; where that fails, with the page that is kept.
 * An error that the server answers is an answer. The kept files have their hash in their name, so they are never old.
 */
export function answerRequests(offline) {
  const kept = new Set(offline.files.map(file => new URL(file, location.href).href))
  addEventListener("fetch", event => {
    const { request } = event
    if (request.mode === "navigate" && request.method === "GET") event.respondWith(load(event, offline))
    else if (kept.has(request.url)) event.respondWith(find(request.url).then(found => found ?? fetch(request)))
  })
}

async function load(event, offline) {
  const response = await ask(event).catch(() => null)
  if (!response) return (await find(offline.page)) ?? Response.error()
  event.waitUntil(keepPage(offline).catch(() => {}))
  return response
}

/** The browser may have asked already, while it started the worker. */
async function ask({ request, preloadResponse }) {
  return (await preloadResponse) ?? fetch(request)
}

function find(url) {
  return caches.match(url, { ignoreVary: true })
}
