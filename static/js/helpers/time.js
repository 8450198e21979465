const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" })
const dayOfYearFormat = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
})
const weekdayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long" })
const fullFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short" })

/** 09:15, where the reader is. */
export function clockTime(iso) {
  return clockFormat.format(new Date(iso))
}

export function fullTime(iso) {
  return withComma(fullFormat.format(new Date(iso)))
}

/** A reader's day as a key: 2026-11-20. */
export function dayKey(iso) {
  const date = new Date(iso)
  const two = number => String(number).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** "Today", "Yesterday", "Thursday, 19 November", with the year when it is another one. */
export function dayName(iso, now = new Date()) {
  const date = new Date(iso)
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  if (dayKey(iso) === dayKey(now)) return "Today"
  if (dayKey(iso) === dayKey(yesterday)) return "Yesterday"
  const format = date.getFullYear() === now.getFullYear() ? dayFormat : dayOfYearFormat
  return withComma(format.format(date))
}

/** Browsers disagree about the comma after the day of the week. */
function withComma(words) {
  return words.replace(/^(\p{L}+) /u, "$1, ")
}

/** Milliseconds until the reader's next day, and a moment more: timers may be early. */
export function untilTomorrow(now = new Date()) {
  const tomorrow = new Date(now)
  tomorrow.setHours(24, 0, 0, 50)
  return tomorrow - now
}

/** "09:15" of today, "Saturday 09:00" of another day: what comes soon. */
export function soonName(iso, now = new Date()) {
  const date = new Date(iso)
  return dayKey(date) === dayKey(now) ? clockTime(date) : `${weekdayFormat.format(date)} ${clockTime(date)}`
}

/** Whole seconds left, at least 1 while there is any time. */
export function secondsUntil(until, now = Date.now()) {
  return Math.max(0, Math.ceil((until - now) / 1000))
}
