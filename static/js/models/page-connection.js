import { Connection } from "./connection.js"

let shared = null

/**
 * The page's one connection to the server, whoever asks first. It opens when those that are on the page have said what
 * they listen to, so that they are caught up together.
 */
export function pageConnection(make) {
  if (!shared) {
    shared = make()
    shared.onSignedOut(() => document.dispatchEvent(new CustomEvent("hubbub:signed-out")))
    queueMicrotask(() => shared.begin())
  }
  return shared
}

/** One for a page that knows nothing but its epoch. */
export function plainConnection({ epoch, clock, probe }) {
  const url = new URL("/ws/", location.href.replace(/^http/, "ws")).href
  return new Connection({ url, epoch, clock, probe })
}
