import { postJson } from "./http.js"

/** A page that fails again and again sends at most so many reports. */
const MOST_REPORTS = 5
const MOST_CHARACTERS = 2_000
/** Errors of code that is not the page's, and harmless ones. */
const HARMLESS = /^(Script error\.?|ResizeObserver loop .*)$/

/**
 * Report uncaught errors and unhandled rejections of the page's code to the server's log: each once, with its stack,
 * never with page content.
 */
export function reportErrors(url, { send = postJson, target = globalThis, path = () => location.pathname } = {}) {
  const reported = new Set()
  const report = (message, stack) => {
    if (HARMLESS.test(message) || reported.has(message) || reported.size >= MOST_REPORTS) return
    reported.add(message)
    const body = { message: cut(message), stack: cut(stack), path: cut(path()) }
    // Offline or signed out, the report is dropped.
    send(url, body, { keepalive: true }).catch(() => {})
  }
  target.addEventListener("error", ({ message, error }) => report(String(message), error?.stack))
  target.addEventListener("unhandledrejection", ({ reason }) => report(String(reason), reason?.stack))
}

function cut(text) {
  return String(text ?? "").slice(0, MOST_CHARACTERS)
}

// Runs with the first module of a page. Signed-out pages have no URL to report to.
const url = globalThis.document?.body?.dataset.pageErrors
if (url) reportErrors(url)
