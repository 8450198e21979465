import { keepCookie } from "./cookies.js"
import { fullTime, has12Hours, STYLES } from "./time.js"

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * Tell the server by which clock it shall write times (accounts/pages/local_time.py). Says whether it did not know: a new
 * browser, or one that has come to another zone.
 */
function tellClock() {
  const clock = `${has12Hours ? 12 : 24}:${zone}`
  if (document.cookie.split("; ").includes(`clock=${clock}`)) return false
  keepCookie("clock", clock)
  return true
}

/** Write the times of the page by the clock of the browser, for this once. */
function rewriteTimes() {
  for (const time of document.querySelectorAll("time[data-time]")) {
    time.textContent = STYLES[time.dataset.time](time.dateTime)
    time.title = fullTime(time.dateTime)
  }
}

export const isClockNew = tellClock()
if (isClockNew) rewriteTimes()
