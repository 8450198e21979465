// The bell on a page that is no chat: it brings its own data, and hears the person's own log.

import { followConnection, makeBell } from "../elements/page-bell.js"
import { showUnread } from "../elements/unread-title.js"
import "../elements/live-bell.js"
import { systemClock } from "../helpers/browser.js"
import { pageConnection, plainConnection } from "../models/page-connection.js"

function start(element) {
  const boot = JSON.parse(document.getElementById("bell-data").textContent)
  const bell = makeBell(boot, { sees: one => document.querySelector("notification-inbox")?.shows?.(one) ?? false })
  if (boot.urls.socket) connect(bell, boot)
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
    event: event => hear(bell, event),
    reset: () => reset(bell),
    // Somebody else has signed in here since: the page is not theirs.
    refused: () => location.reload(),
  })
}

/** The page came from a server without WebSockets: trying to connect would never end. */
function refreshWhenLookedAt(bell) {
  document.addEventListener("visibilitychange", () => document.hidden || bell.refresh())
}

function hear(bell, { type, data, seq }) {
  if (type === "subscription") return tellPage(type)
  if (type !== "notification" && type !== "inbox" && type !== "quiet") return
  bell.apply({ type, data, seq })
  tellPage(type, data.notification ?? data)
}

/** The page hears of it when it can be fetched: one that reloads before would show that it cannot. */
async function reset(bell) {
  const seq = await bell.reset()
  tellPage("reset")
  return seq
}

/** What else on the page shows such things hears of them, too: hubbub:notification, :inbox, :reset, :quiet, :subscription. */
function tellPage(type, detail = null) {
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
