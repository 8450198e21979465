// The bell on pages other than the chat: it has its own initial data, and subscribes to the user's topic.

import { followConnection, makeBell } from "../elements/page-bell.js"
import { showUnread } from "../elements/unread-title.js"
import "../elements/live-bell.js"
import { systemClock } from "../helpers/browser.js"
import { pageConnection, plainConnection } from "../models/page-connection.js"

function start(element) {
  const initialData = JSON.parse(document.getElementById("bell-data").textContent)
  const bell = makeBell(initialData, {
    sees: one => document.querySelector("notification-inbox")?.shows?.(one) ?? false,
  })
  if (initialData.urls.socket) connect(bell, initialData)
  else refreshWhenLookedAt(bell)
  element.begin({ bell })
  keepTitle(bell)
}

function connect(bell, { epoch, topic, panel, urls }) {
  const connection = pageConnection(() =>
    plainConnection({ path: urls.socket, epoch, clock: systemClock, probe: () => bell.api.probe() }),
  )
  followConnection(connection, bell)
  connection.client.subscribe(topic, panel.seq, {
    event: event => handleEvent(bell, event),
    reset: () => reset(bell),
    // Another user has signed in since.
    refused: () => location.reload(),
  })
}

/** Without WebSockets on the server it would try to connect for ever. */
function refreshWhenLookedAt(bell) {
  document.addEventListener("visibilitychange", () => document.hidden || bell.refresh())
}

function handleEvent(bell, { type, data, seq }) {
  if (type === "subscription") return dispatch(type)
  if (type !== "notification" && type !== "inbox" && type !== "quiet") return
  bell.apply({ type, data, seq })
  dispatch(type, data.notification ?? data)
}

/** Dispatch the event once the data can be fetched: a page that reloads earlier would show an error. */
async function reset(bell) {
  const seq = await bell.reset()
  dispatch("reset")
  return seq
}

/** Dispatch the event to the rest of the page as hubbub:notification, :inbox, :reset, :quiet or :subscription. */
function dispatch(type, detail = null) {
  document.dispatchEvent(new CustomEvent(`hubbub:${type}`, { detail }))
}

function keepTitle(bell) {
  const { title } = document
  const show = () => showUnread({ unread: bell.unread, title })
  bell.on(show)
  show()
}

const element = document.querySelector("live-bell")
if (element) start(element)
