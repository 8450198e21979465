import { keepCookie } from "./cookies.js"
import { fullTime, has12Hours, STYLES } from "./time.js"

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * Store the browser's time zone and clock format in a cookie for the server (accounts/pages/local_time.py). Returns
 * whether they are new: a new browser, or another time zone.
 */
function storeClock() {
  const clock = `${has12Hours ? 12 : 24}:${zone}`
  if (document.cookie.split("; ").includes(`clock=${clock}`)) return false
  keepCookie("clock", clock)
  return true
}

/** Rewrite the times of this page in the browser's time zone. */
function rewriteTimes() {
  for (const time of document.querySelectorAll("time[data-time]")) {
    time.textContent = STYLES[time.dataset.time](time.dateTime)
    time.title = fullTime(time.dateTime)
  }
}

export const isClockNew = storeClock()
if (isClockNew) rewriteTimes()
