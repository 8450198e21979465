import assert from "node:assert/strict"
import test, { beforeEach } from "node:test"
import { answerRequests, dropPages, keepPage } from "../../static/js/worker/offline.js"
import { settle } from "./fakes.js"

const SITE = "https://chat.example.org"
const APP = "/static/app.abc.js"
const OFFLINE = { page: "/offline/", files: [APP], version: "two" }

/** A fake browser: caches, network and the worker's listeners. */
class Browser {
  stores = new Map()
  isOnline = true
  answers = { "/offline/": () => new Response(`<script src="${APP}">`), [APP]: () => new Response("app") }
  asked = []
  listeners = {}

  caches = {
    open: async name => {
      if (!this.stores.has(name)) this.stores.set(name, new Map())
      return this.#cache(this.stores.get(name))
    },
    keys: async () => [...this.stores.keys()],
    delete: async name => this.stores.delete(name),
    match: async url => [...this.stores.values()].map(store => store.get(pathOf(url))).find(Boolean),
  }

  fetch = async (request, options = {}) => {
    const path = pathOf(request.url ?? request)
    this.asked.push([path, options.credentials])
    if (!this.isOnline) throw new TypeError("Failed to fetch")
    return this.answers[path]?.() ?? new Response("gone", { status: 404 })
  }

  #cache(store) {
    return {
      match: async url => store.get(pathOf(url)),
      put: async (url, response) => store.set(pathOf(url), response),
      addAll: async urls => {
        for (const url of urls) store.set(pathOf(url), await this.fetch(url))
      },
    }
  }

  /** Request a URL like a page; resolves with null if the worker leaves it to the browser. */
  async load(path, { mode = "navigate", method = "GET", preloadResponse } = {}) {
    let answer = null
    const later = []
    const event = { request: { url: SITE + path, mode, method }, preloadResponse, waitUntil: work => later.push(work) }
    this.listeners.fetch({ ...event, respondWith: response => (answer = response) })
    const response = await answer
    await Promise.all(later)
    return response && { status: response.status, text: await response.clone().text() }
  }
}

function pathOf(url) {
  return new URL(url, SITE).pathname
}

let browser
beforeEach(() => {
  browser = new Browser()
  Object.assign(globalThis, {
    caches: browser.caches,
    fetch: browser.fetch,
    location: { href: `${SITE}/service-worker.js` },
    addEventListener: (name, act) => (browser.listeners[name] = act),
  })
})

async function begin() {
  await keepPage(OFFLINE)
  answerRequests(OFFLINE)
}

test("a page comes from the network, or from the cache if that fails", async () => {
  await begin()
  browser.answers["/rooms/1/"] = () => new Response("the room")
  assert.equal((await browser.load("/rooms/1/")).text, "the room")
  browser.isOnline = false
  assert.equal((await browser.load("/rooms/1/")).text, `<script src="${APP}">`)
  assert.deepEqual(await browser.load(APP, { mode: "cors" }), { status: 200, text: "app" })
})

test("an error of the server is its answer", async () => {
  await begin()
  for (const status of [403, 404, 500, 503]) {
    browser.answers["/rooms/1/"] = () => new Response("no", { status })
    assert.deepEqual(await browser.load("/rooms/1/"), { status, text: "no" })
  }
})

test("the browser's preloaded response is used, and may fail", async () => {
  await begin()
  const response = await browser.load("/rooms/1/", { preloadResponse: Promise.resolve(new Response("early")) })
  assert.equal(response.text, "early")
  browser.isOnline = false
  const preloadResponse = Promise.reject(new TypeError("Failed to fetch"))
  assert.equal((await browser.load("/rooms/1/", { preloadResponse })).text, `<script src="${APP}">`)
})

test("without a cached page the browser shows its own error", async () => {
  answerRequests(OFFLINE)
  browser.isOnline = false
  assert.equal((await browser.load("/rooms/1/")).status, 0)
})

test("forms and other files are left to the browser", async () => {
  await begin()
  assert.equal(await browser.load("/rooms/1/post/", { method: "POST" }), null)
  assert.equal(await browser.load("/rooms/1/state.json", { mode: "cors" }), null)
  assert.equal(await browser.load("/static/other.js", { mode: "cors" }), null)
})

test("the page is asked for without cookies", async () => {
  await keepPage(OFFLINE)
  assert.deepEqual(browser.asked[0], ["/offline/", "omit"])
})

test("a page of another version is not cached, and retried with the next page", async () => {
  const right = browser.answers["/offline/"]
  browser.answers["/offline/"] = () => new Response('<script src="/static/app.old.js">')
  await assert.rejects(keepPage(OFFLINE))
  assert.equal(await browser.caches.match("/offline/"), undefined)
  answerRequests(OFFLINE)
  browser.answers["/offline/"] = right
  await browser.load("/rooms/1/")
  assert.ok(await browser.caches.match("/offline/"))
})

test("cached files are not requested again", async () => {
  await begin()
  const { length } = browser.asked
  await browser.load("/rooms/1/")
  await settle()
  assert.equal(browser.asked.length, length + 1)
})

test("a new version removes older caches, but not those of others", async () => {
  await keepPage({ ...OFFLINE, version: "one" })
  await browser.caches.open("of another script")
  await keepPage(OFFLINE)
  await dropPages(OFFLINE)
  assert.deepEqual(await browser.caches.keys(), ["of another script", "hubbub-offline-two"])
  await dropPages(null)
  assert.deepEqual(await browser.caches.keys(), ["of another script"])
})
