import { postJson } from "./http.js"

/** A page that fails again and again has said enough. */
const MOST_REPORTS = 5
const MOST_CHARACTERS = 2_000
/** What browsers report of code that is not the page's, or that harms nobody. */
const HARMLESS = /^(Script error\.?|ResizeObserver loop .*)$/

/**
 * Report what fails in the page's own code to the server's log: errors that nobody catches, and promises that nobody
 * waits for. Each once, with where it happened; never what the page shows.
 */
export function reportErrors(url, { send = postJson, target = globalThis, path = () => location.pathname } = {}) {
  const reported = new Set()
  const report = (message, stack) => {
    if (HARMLESS.test(message) || reported.has(message) || reported.size >= MOST_REPORTS) return
    reported.add(message)
    const body = { message: cut(message), stack: cut(stack), path: cut(path()) }
    // Without a connection, or signed out, there is nobody to report to.
    send(url, body, { keepalive: true }).catch(() => {})
  }
  target.addEventListener("error", ({ message, error }) => report(String(message), error?.stack))
  target.addEventListener("unhandledrejection", ({ reason }) => report(String(reason), reason?.stack))
}

function cut(text) {
  return String(text ?? "").slice(0, MOST_CHARACTERS)
}

// As early as the first module of a page is run. Who is signed out has no address to report to.
const url = globalThis.document?.body?.dataset.pageErrors
if (url) reportErrors(url)
