// The entry point of the chat page: it creates the models, starts the elements and opens the connection.

import "./helpers/page-errors.js"
import { Actions, roomOf } from "./elements/actions.js"
import { placeBell } from "./elements/bell-place.js"
import { factsOf, takeFilesOfPage } from "./elements/file-adding.js"
import { listenToKeys } from "./elements/keyboard.js"
import { keepPage, keepWorker, startOffline, takeDrawn } from "./elements/offline-page.js"
import { followConnection, makeBell } from "./elements/page-bell.js"
import { keepTitle } from "./elements/page-title.js"
import { Panels } from "./elements/panels.js"
import { SignInWatch } from "./elements/sign-in-watch.js"
import "./elements/announcement-banner.js"
import "./elements/connection-status.js"
import "./elements/live-bell.js"
import "./elements/live-region.js"
import "./elements/member-list.js"
import "./elements/account-menu.js"
import "./elements/room-composer.js"
import "./elements/room-header.js"
import "./elements/room-edges.js"
import "./elements/room-list.js"
import "./elements/room-timeline.js"
import "./elements/room-switcher.js"
import "./elements/typing-line.js"
import { isMac, oneTabAtATime, systemClock, tabChannel } from "./helpers/browser.js"
import { loadFonts } from "./helpers/fonts.js"
import "./helpers/local-time.js"
import { loadOnDemand } from "./helpers/on-demand.js"
import { localStore } from "./helpers/safe-storage.js"
import { COMMAND } from "./helpers/shortcuts.js"
import { databaseName, uploadsDatabaseName } from "./helpers/unsent-databases.js"
import { Emoji } from "./models/emoji.js"
import { Hubbub } from "./models/hubbub.js"
import { openRoomCache, RoomCache } from "./models/room-cache.js"
import { openDatabase, UnsentStore } from "./models/unsent-store.js"
import { Uploads } from "./models/uploads.js"

/** A browser may need so long to store a file. */
const LARGE_FILE_MS = 120_000
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"]

function start(initialData) {
  const page = document.getElementById("app")
  const drawn = takeDrawn()
  const bell = makeBell(initialData.bell, {
    sees: ({ group }) => app.openRooms.watching && group === app.room?.topicName,
  })
  const app = new Hubbub(initialData, {
    bell,
    clock: systemClock,
    measure: factsOf,
    outboxStore: makeStore(databaseName(initialData.me.id)),
    roomCache: new RoomCache({ open: () => openRoomCache(initialData.me.id), clock: systemClock }),
    siteUrl: location.origin,
    socketUrl: new URL(initialData.urls.socket, location.href.replace(/^http/, "ws")).href,
    storage: localStore,
    uploads: makeUploads(initialData),
  })
  followConnection(app.connection, bell)
  app.connection.onSignedOut(() => document.dispatchEvent(new CustomEvent("hubbub:signed-out")))
  app.emoji = new Emoji(page.dataset.emoji, localStore)
  app.panels = new Panels(page)
  app.actions = new Actions(app, app.panels)
  for (const view of document.querySelectorAll("[data-view]")) view.begin(app)
  placeBell()
  keepTitle(app)
  const watch = new SignInWatch({
    person: initialData.me.id,
    signIn: initialData.urls.sign_in,
    app,
    showNotice: words => app.showNotice(words),
  })
  const begun = watch.begin()
  if (initialData.open && initialData.urls.worker) begun.then(() => keepWorker(initialData.urls.worker, initialData.me))
  listenToKeys(app)
  takeFilesOfPage(app)
  listenToPresses(app)
  for (const touch of TOUCHES)
    addEventListener(touch, () => app.ownPresence.recordActivity(), { passive: true, capture: true })
  if (initialData.open) showBeginning(app.openRooms, roomOf(new URL(location.href), initialData.urls.room))
  performance.mark("usable") // for bench/page_times.py
  page.removeAttribute("data-first-look") // from now on the script controls the panels
  loadFonts()
  keepPage(app, initialData, drawn)
}

function makeStore(name, options = {}) {
  return new UnsentStore({ open: lost => openDatabase(name, lost), clock: systemClock, ...options })
}

function makeUploads({ me, urls }) {
  return new Uploads({
    me,
    url: urls.uploads,
    loadEngine: () => loadOnDemand("uploadEngine"),
    store: makeStore(uploadsDatabaseName(me.id), { answerMs: LARGE_FILE_MS }),
    lock: (key, work) => oneTabAtATime(`hubbub-upload-${key}`)(work),
    channel: tabChannel(`hubbub-uploads-${me.id}`),
    clock: systemClock,
  })
}

function showBeginning(openRooms, target) {
  if (target?.position) openRooms.showPosition(target.position)
  else openRooms.showFirstNew()
}

function listenToPresses(app) {
  document.addEventListener("click", event => app.actions.followLink(event))
  for (const opener of document.querySelectorAll("[data-open-switcher]")) {
    if (isMac) opener.querySelector("kbd").textContent = `${COMMAND} K`
    opener.addEventListener("click", () => document.querySelector("room-switcher").open())
  }
}

const initialData = document.getElementById("initial-data")
if (initialData) start(JSON.parse(initialData.textContent))
else startOffline(start)
