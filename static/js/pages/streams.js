// The pages of streams: live values and news. The server renders all of it once; without this script it does not
// update.

import { t } from "../helpers/i18n.js"
import "../elements/stream-value.js"
import { systemClock } from "../helpers/browser.js"
import { getText } from "../helpers/http.js"
import { probeSignIn } from "../helpers/sign-in.js"
import { readPage } from "../helpers/trusted-types.js"
import { pageConnection, plainConnection } from "../models/page-connection.js"

/** Values are announced to screen readers at most this often. */
const READ_ALOUD_MS = 30_000
const MOST_READ = 3
const STATES = {
  waiting: t("Reconnecting… Values may be out of date."),
  offline: t("You're offline. Values may be out of date."),
  "signed-out": t("You're signed out."),
  "too-many": t("Hubbub is open in too many windows. Values may be out of date."),
  outdated: t("A new version is available. Reload the page."),
  blocked: t("The server closed the connection. Reload the page."),
}

function start() {
  const live = JSON.parse(document.getElementById("live").textContent)
  if (!live.socket) return // Without WebSockets on the server the page does not update.
  const connection = pageConnection(() =>
    plainConnection({ path: live.socket, epoch: live.epoch, clock: systemClock, probe: probeSignIn }),
  )
  const values = [...document.querySelectorAll("stream-value")]
  for (const value of values) value.begin({ connection, seq: live.topics[value.dataset.topic] })
  showState(connection)
  readAloud(values)
  document.addEventListener("hubbub:notification", ({ detail }) => showNews(detail))
  followSubscriptions()
}

/** Reload when a subscription changes in another window. */
function followSubscriptions() {
  let isLeaving = false
  document.addEventListener("submit", () => {
    isLeaving = true
  })
  document.addEventListener("hubbub:subscription", () => isLeaving || location.reload())
}

/** Fetch the news of a stream again when there is a new or changed one on this page. */
async function showNews({ group }) {
  const place = () => document.querySelector(`[data-news="${group}"]`)
  if (!place()) return
  const page = await getText(location.href).then(readPage, () => null)
  const news = page?.querySelector(`[data-news="${group}"]`)
  if (news && !place().contains(document.activeElement)) place().replaceWith(document.adoptNode(news))
}

function showState(connection) {
  const line = document.querySelector("[data-line]")
  connection.on(() => {
    line.textContent = STATES[connection.state] ?? ""
  })
}

/**
 * Announce changed values to screen readers now and then, a few at a time: they change faster than anybody can listen.
 */
function readAloud(values) {
  const region = document.querySelector("[data-values]")
  const said = new Map(values.map(value => [value, value.words]))
  setInterval(() => {
    const changed = values.filter(value => value.isConnected && value.words !== said.get(value))
    for (const value of changed) said.set(value, value.words)
    if (changed.length)
      region.textContent = changed
        .slice(0, MOST_READ)
        .map(({ words }) => words)
        .join(". ")
  }, READ_ALOUD_MS)
}

start()
