import { systemClock } from "../helpers/browser.js"
import { tabElection } from "../helpers/tab-election.js"
import { Bell } from "../models/bell.js"
import { BellApi } from "../models/bell-api.js"
import { BrowserNotifications } from "./browser-notifications.js"
import { followDoNotDisturb } from "./do-not-disturb.js"
import { ToastStack } from "./toast-stack.js"
import { handleWorkerMessages } from "./worker-messages.js"

/** Create the bell's model for a page. `sees(notification)`: whether the page already shows it. */
export function makeBell(initialData, { sees = () => false } = {}) {
  const api = new BellApi(initialData.urls)
  const bell = new Bell(initialData, {
    clock: systemClock,
    api,
    isElected: tabElection(`hubbub-news-${initialData.me.id}`),
    page: { isHidden: () => document.hidden, isFocused: () => document.hasFocus(), sees },
    browserNotifications: new BrowserNotifications({ read: ids => bell.read(ids) }),
  })
  new ToastStack(bell)
  handleWorkerMessages(bell, initialData.me)
  followDoNotDisturb(bell)
  return bell
}

/** Tell the bell when the connection has caught up: notifications before that are not new. */
export function followConnection(connection, bell) {
  connection.onReady(() => bell.become({ isLive: true }))
  connection.on(() => connection.state === "connected" || bell.become({ isLive: false }))
}
