// The pages of streams: values live, what is new of a stream. The server draws all of it once; without this it stays so.

import { t } from "../helpers/i18n.js"
import "../elements/stream-value.js"
import { systemClock } from "../helpers/browser.js"
import { getText } from "../helpers/http.js"
import { probeSignIn } from "../helpers/sign-in.js"
import { readPage } from "../helpers/trusted-types.js"
import { pageConnection, plainConnection } from "../models/page-connection.js"

/** How often the values are read aloud, at most. */
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
  if (!live.socket) return // The page came from a server without WebSockets, and stays as it was drawn.
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

/** One that was made or ended in another window changes what stands here. */
function followSubscriptions() {
  let isLeaving = false
  document.addEventListener("submit", () => {
    isLeaving = true
  })
  document.addEventListener("hubbub:subscription", () => isLeaving || location.reload())
}

/** Something new of a stream that is on this page, or a change of it: the server draws its news anew. */
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

/** Values change faster than anybody can listen: those that changed are read now and then, a few at a time. */
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
