// Another site's own topics, on the connection that the page's bell has: docs/topics.md. Its scripts may import this.

import { systemClock } from "./helpers/browser.js"
import { probeSignIn } from "./helpers/sign-in.js"
import { pageConnection, plainConnection } from "./models/page-connection.js"

/**
 * Subscribe to a topic, and to it again after each break of the connection, from where it was. Returns a function that
 * unsubscribes.
 *
 * `after`: the seq at which the page's state stands; null: from now on. `event({ type, data, seq })` hears each event
 * once and in order. `reset()` is called where too much was missed: fetch the state anew, and return a promise of the
 * seq at which it stands, or of nothing. `refused({ code })`: the person may not listen, or no longer.
 */
export function listen(topic, { after = null, event, reset = () => {}, refused = () => {} }) {
  const client = findConnection()?.client
  client?.listen(topic, after, { event, reset: async () => reset(), refused })
  return () => client?.forget(topic)
}

/** Send a command to a topic that the page listens to. Resolves with the answer, rejects with an error with a `code`. */
export async function send(type, topic, data = {}) {
  const connection = findConnection()
  if (!connection)
    throw Object.assign(new Error("This page has no connection."), { code: "disconnected", retry: false })
  return connection.client.send(type, topic, data)
}

/** Call `act` each time the connection is there and the topics are heard: from then on commands find their way. */
export function onReady(act) {
  findConnection()?.onReady(act)
}

/** None where nobody is signed in, and where the page came from a server without WebSockets. */
function findConnection() {
  const data = document.getElementById("bell-data")
  const { epoch, urls } = data ? JSON.parse(data.textContent) : {}
  if (!urls?.socket) return null
  const probe = () => probeSignIn(urls.panel)
  return pageConnection(() => plainConnection({ path: urls.socket, epoch, clock: systemClock, probe }))
}
