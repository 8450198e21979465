import { inContext, LOCALE, t } from "./i18n.js"
import { clockTime, dayKey } from "./time.js"

const MINUTE_MS = 60_000
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "short" })
const date = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" })
const oldDate = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" })

/** Format a past time in little space: "now", "5 min", "3 h", "Yesterday", "Tue 09:15", "19 Nov", "3 Feb 2025". */
export function shortAgo(iso, now = new Date()) {
  const at = new Date(iso)
  const minutes = Math.floor((now - at) / MINUTE_MS)
  if (minutes < 1) return inContext("how long ago", "now")
  if (minutes < 60) return t("{count} min", { count: minutes })
  if (dayKey(at) === dayKey(now)) return t("{count} h", { count: Math.floor(minutes / 60) })
  if (dayKey(at) === dayKey(daysBefore(now, 1))) return t("Yesterday")
  if (at > daysBefore(now, 6)) return `${weekday.format(at)} ${clockTime(at)}`
  return (at.getFullYear() === now.getFullYear() ? date : oldDate).format(at)
}

/** Format a past time within a sentence: "just now", "5 min ago", "yesterday". */
export function agoInSentence(iso, now = new Date()) {
  const at = new Date(iso)
  const minutes = Math.floor((now - at) / MINUTE_MS)
  if (minutes < 1) return t("just now")
  if (minutes < 60) return t("{count} min ago", { count: minutes })
  if (dayKey(at) === dayKey(now)) return t("{count} h ago", { count: Math.floor(minutes / 60) })
  return dayKey(at) === dayKey(daysBefore(now, 1)) ? t("yesterday") : shortAgo(iso, now)
}

function daysBefore(now, count) {
  const day = new Date(now)
  day.setDate(now.getDate() - count)
  return day
}
