import { Connection } from "./connection.js"

/** Not a variable of this module: another site's scripts may import it by another address, and are to share it. */
const SHARED = Symbol.for("hubbub.connection")

/**
 * The page's one connection to the server, whoever asks first. It opens when those that are on the page have said what
 * they listen to, so that they are caught up together.
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

/** One for a page that knows nothing but its epoch, and where the WebSocket is. */
export function plainConnection({ path = "/ws/", epoch, clock, probe }) {
  const url = new URL(path, location.href.replace(/^http/, "ws")).href
  return new Connection({ url, epoch, clock, probe })
}
