import { Connection } from "./connection.js"

/**
 * Not a module variable: another site's scripts may import this module by another URL, and must share the connection.
 */
const SHARED = Symbol.for("hubbub.connection")

/**
 * The one connection of the page, made by its first user. It opens in a microtask, after the elements of the page have
 * subscribed, so that one request catches all of them up.
 */
export function pageConnection(make) {
  if (!globalThis[SHARED]) {
    const connection = make()
    globalThis[SHARED] = connection
    connection.onSignedOut(() => document.dispatchEvent(new CustomEvent("hubbub:signed-out")))
    queueMicrotask(() => connection.begin())
  }
  return globalThis[SHARED]
}

/** A connection for a page that has only an epoch and the WebSocket's path. */
export function plainConnection({ path = "/ws/", epoch, clock, probe }) {
  const url = new URL(path, location.href.replace(/^http/, "ws")).href
  return new Connection({ url, epoch, clock, probe })
}
