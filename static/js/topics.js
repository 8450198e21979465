// The public API for another site's own topics, over the connection of the page's bell (docs/topics.md).

import { systemClock } from "./helpers/browser.js"
import { probeSignIn } from "./helpers/sign-in.js"
import { pageConnection, plainConnection } from "./models/page-connection.js"

/**
 * Subscribe to a topic; after each lost connection the subscription resumes from its cursor. Returns a function that
 * unsubscribes.
 *
 * `after`: the seq of the page's state; null: from now on. `event({ type, data, seq })` gets each event once and in
 * order. `reset()` is called if too much was missed: fetch the state again, and return a promise of its seq, or of
 * nothing. `refused({ code })`: the user may not subscribe, or no longer.
 */
export function listen(topic, { after = null, event, reset = () => {}, refused = () => {} }) {
  const client = findConnection()?.client
  client?.subscribe(topic, after, { event, reset: async () => reset(), refused })
  return () => client?.unsubscribe(topic)
}

/**
 * Send a command to a topic that the page subscribes to. Resolves with the reply, rejects with an error with a `code`.
 */
export async function send(type, topic, data = {}) {
  const connection = findConnection()
  if (!connection)
    throw Object.assign(new Error("This page has no connection."), { code: "disconnected", retry: false })
  return connection.client.send(type, topic, data)
}

/** Call `act` each time the connection is open and the topics are subscribed: from then on commands can be sent. */
export function onReady(act) {
  findConnection()?.onReady(act)
}

/** Null if nobody is signed in, or the server has no WebSockets. */
function findConnection() {
  const data = document.getElementById("bell-data")
  const { epoch, urls } = data ? JSON.parse(data.textContent) : {}
  if (!urls?.socket) return null
  const probe = () => probeSignIn(urls.panel)
  return pageConnection(() => plainConnection({ path: urls.socket, epoch, clock: systemClock, probe }))
}
