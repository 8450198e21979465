import { systemClock } from "../helpers/browser.js"
import { tabElection } from "../helpers/tab-election.js"
import { Bell } from "../models/bell.js"
import { BellApi } from "../models/bell-api.js"
import { BrowserNotifications } from "./browser-notifications.js"
import { followDoNotDisturb } from "./do-not-disturb.js"
import { ToastStack } from "./toast-stack.js"
import { handleWorkerMessages } from "./worker-messages.js"

/** Put the bell's model together for a page. `sees(notification)`: it is before the person's eyes already. */
export function makeBell(boot, { sees = () => false } = {}) {
  const api = new BellApi(boot.urls)
  const bell = new Bell(boot, {
    clock: systemClock,
    api,
    isElected: tabElection(`hubbub-news-${boot.me.id}`),
    page: { isHidden: () => document.hidden, isFocused: () => document.hasFocus(), sees },
    browserNotifications: new BrowserNotifications({ read: ids => bell.read(ids) }),
  })
  new ToastStack(bell)
  handleWorkerMessages(bell, boot.me)
  followDoNotDisturb(bell)
  return bell
}

/** Let the bell hear a connection: what comes while it catches up is not new. */
export function followConnection(connection, bell) {
  connection.onReady(() => bell.become({ isLive: true }))
  connection.on(() => connection.state === "connected" || bell.become({ isLive: false }))
}
