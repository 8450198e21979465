import { systemClock } from "../helpers/browser.js"
import { turnTaker } from "../helpers/turn.js"
import { Bell } from "../models/bell.js"
import { BellApi } from "../models/bell-api.js"
import { BrowserAnnouncer } from "./browser-announcer.js"
import { followQuiet } from "./quiet-parts.js"
import { ToastStack } from "./toast-stack.js"
import { hearWorker } from "./worker-ear.js"

/** Put the bell's model together for a page. `sees(notification)`: it is before the person's eyes already. */
export function makeBell(boot, { sees = () => false } = {}) {
  const api = new BellApi(boot.urls)
  const bell = new Bell(boot, {
    clock: systemClock,
    api,
    takeTurn: turnTaker(`hubbub-news-${boot.me.id}`),
    page: { isHidden: () => document.hidden, isFocused: () => document.hasFocus(), sees },
    announcer: new BrowserAnnouncer({ read: ids => bell.read(ids) }),
  })
  new ToastStack(bell)
  hearWorker(bell, boot.me)
  followQuiet(bell)
  return bell
}

/** Let the bell hear a connection: what comes while it catches up is not new. */
export function listenOn(connection, bell) {
  connection.onReady(() => bell.become({ isLive: true }))
  connection.on(() => connection.state === "connected" || bell.become({ isLive: false }))
}
