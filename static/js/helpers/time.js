import { inContext, LOCALE, t } from "./i18n.js"

/**
 * Whether this browser's locale, and so its time fields, use a 12-hour clock; accounts/pages/local_time.py does the
 * same.
 */
export const has12Hours = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12
const dayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" })
const dayOfYearFormat = new Intl.DateTimeFormat(LOCALE, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
})
const weekdayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: "long" })
const shortWeekdayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: "short" })
const dateFormat = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year: "numeric" })
const shortMonthFormat = new Intl.DateTimeFormat(LOCALE === "en-GB" ? "en-US" : LOCALE, { month: "short" })

/** "09:15" or "9:15 AM", in the browser's time zone. */
export function clockTime(iso, with12Hours = has12Hours) {
  const date = new Date(iso)
  return with12Hours ? `${bareClockTime(date, true)} ${halfOfDay(date)}` : bareClockTime(date, false)
}

/** "09:15" or "9:15", where there is little space. */
export function bareClockTime(iso, with12Hours = has12Hours) {
  const date = new Date(iso)
  const hour = with12Hours ? date.getHours() % 12 || 12 : two(date.getHours())
  return `${hour}:${two(date.getMinutes())}`
}

/** "09:15:07", or "9:15:07 AM". */
export function secondsTime(iso, with12Hours = has12Hours) {
  const date = new Date(iso)
  const time = `${bareClockTime(date, with12Hours)}:${two(date.getSeconds())}`
  return with12Hours ? `${time} ${halfOfDay(date)}` : time
}

function halfOfDay(date) {
  return date.getHours() < 12 ? "AM" : "PM"
}

function two(number) {
  return String(number).padStart(2, "0")
}

/** "Thursday, 19 November 2026 at 09:15" */
export function fullTime(iso) {
  return t("{day} at {time}", { day: withComma(dayOfYearFormat.format(new Date(iso))), time: clockTime(iso) })
}

/** The day in the browser's time zone as a key: 2026-11-20. */
export function dayKey(iso) {
  const date = new Date(iso)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** "Today", "Yesterday", "Thursday, 19 November", with the year when it is another one. */
export function dayName(iso, now = new Date()) {
  const date = new Date(iso)
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  if (dayKey(iso) === dayKey(now)) return t("Today")
  if (dayKey(iso) === dayKey(yesterday)) return t("Yesterday")
  return plainDay(date, now)
}

function plainDay(date, now) {
  const format = date.getFullYear() === now.getFullYear() ? dayFormat : dayOfYearFormat
  return withComma(format.format(date))
}

/** Browsers disagree about the comma after the day of the week. */
function withComma(words) {
  return words.replace(/^(\p{L}+) /u, "$1, ")
}

/** Milliseconds until midnight, and a moment more: timers may be early. */
export function untilTomorrow(now = new Date()) {
  const tomorrow = new Date(now)
  tomorrow.setHours(24, 0, 0, 50)
  return tomorrow - now
}

/** A time in the near future: "09:15" today, "Saturday 09:00" on another day. */
export function soonName(iso, now = new Date()) {
  const date = new Date(iso)
  return dayKey(date) === dayKey(now) ? clockTime(date) : `${weekdayFormat.format(date)} ${clockTime(date)}`
}

/**
 * The time in another zone: "09:15", or "Saturday 02:15" if it is another day there; null if the browser does not know
 * the zone.
 */
export function timeIn(zone, at = new Date(), with12Hours = has12Hours) {
  const there = partsIn(zone, at)
  if (!there) return null
  const { weekday, year, month, day, hour, minute } = there
  const time = with12Hours ? `${hour % 12 || 12}:${minute} ${hour < 12 ? "AM" : "PM"}` : `${hour}:${minute}`
  return `${year}-${month}-${day}` === dayKey(at) ? time : `${weekday} ${time}`
}

function partsIn(timeZone, at) {
  const digits = Object.fromEntries(["month", "day", "hour", "minute"].map(name => [name, "2-digit"]))
  try {
    const format = new Intl.DateTimeFormat(LOCALE, {
      timeZone,
      weekday: "long",
      year: "numeric",
      ...digits,
      hourCycle: "h23",
    })
    return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  } catch {
    return null
  }
}

/** "Thu 19 Nov, 09:15" */
function shortTime(iso) {
  const date = new Date(iso)
  return inContext("a date", "{weekday} {day} {month}, {time}", {
    weekday: shortWeekdayFormat.format(date),
    day: date.getDate(),
    month: shortMonthFormat.format(date),
    time: clockTime(date),
  })
}

/** "at 09:15" today, "on Thursday, 19 November, at 09:15" on another day. */
function timeInWords(iso, now = new Date()) {
  const date = new Date(iso)
  if (dayKey(date) === dayKey(now)) return t("at {time}", { time: clockTime(date) })
  return t("on {day}, at {time}", { day: plainDay(date, now), time: clockTime(date) })
}

/** The formats by the name in data-time, as in accounts/pages/local_time.py. */
export const STYLES = {
  clock: iso => clockTime(iso),
  bare: iso => bareClockTime(iso),
  full: fullTime,
  short: shortTime,
  soon: iso => soonName(iso),
  words: iso => timeInWords(iso),
  sentence: iso => timeInWords(iso).replace(/^./, first => first.toUpperCase()),
  date: iso => dateFormat.format(new Date(iso)),
}

/** The seconds left, rounded up. */
export function secondsUntil(until, now = Date.now()) {
  return Math.max(0, Math.ceil((until - now) / 1000))
}
