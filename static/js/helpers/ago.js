import { clockTime, dayKey } from "./time.js"

const MINUTE_MS = 60_000
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" })
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" })
const oldDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" })

/** How long ago, in as little room as can be: "now", "5 min", "3 h", "Yesterday", "Tue", "19 Nov", "3 Feb 2025". */
export function shortAgo(iso, now = new Date()) {
  const at = new Date(iso)
  const minutes = Math.floor((now - at) / MINUTE_MS)
  if (minutes < 1) return "now"
  if (minutes < 60) return `${minutes} min`
  if (dayKey(at) === dayKey(now)) return `${Math.floor(minutes / 60)} h`
  if (dayKey(at) === dayKey(daysBefore(now, 1))) return "Yesterday"
  if (at > daysBefore(now, 6)) return `${weekday.format(at)} ${clockTime(at)}`
  return (at.getFullYear() === now.getFullYear() ? date : oldDate).format(at)
}

function daysBefore(now, count) {
  const day = new Date(now)
  day.setDate(now.getDate() - count)
  return day
}
