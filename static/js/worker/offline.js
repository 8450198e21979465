/** The offline page: a page without user data and its files, in the cache. */

const PREFIX = "hubbub-offline-"

/** Cache the page and its files under their version, unless they are cached. A failure is retried later. */
export async function keepPage(offline) {
  const cache = await caches.open(PREFIX + offline.version)
  if (!(await cache.match(offline.page, { ignoreVary: true }))) await fill(cache, offline)
}

async function fill(cache, { page, files }) {
  // Without cookies the response is the same for everybody.
  const response = await fetch(page, { credentials: "omit", cache: "no-store" })
  const text = await response.clone().text()
  // During a rollout, the page may come from a server of another version.
  if (!response.ok || !text.includes(files[0])) throw new Error("The page is of another version.")
  await cache.addAll(files)
  await cache.put(page, response)
}

/** Remove the caches of other versions. */
export async function dropPages(offline) {
  const names = (await caches.keys()).filter(name => name.startsWith(PREFIX) && name !== PREFIX + offline?.version)
  await Promise.all(names.map(name => caches.delete(name)))
}

/**
 * Serve pages from the network, and if that fails the cached page. An error response of the server is a response.
 * Cached files have their hash in their name, so they are never out of date.
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

/** The browser may have sent the request already, while it started the worker. */
async function ask({ request, preloadResponse }) {
  return (await preloadResponse) ?? fetch(request)
}

function find(url) {
  return caches.match(url, { ignoreVary: true })
}
