import { LOCALE, t } from "./i18n.js"

const MEGABYTE = 1_000_000
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })

/**
 * Find out why a file cannot be sent: {code, message}, or null. The server checks the same (files/limits.py).
 *
 * `limits` are those of the page's data. `added`: the bytes that were added since `limits` were read.
 */
export function refuseFile({ name, size, type }, limits, added = 0) {
  const { megabytes, quota, left, site_left: siteLeft, types } = limits
  if (size > megabytes * MEGABYTE) return refusal("file_too_large", tooLarge(name, megabytes))
  if (!isTypeAllowed(name, type, types)) return refusal("type_not_allowed", otherType(name, types))
  if (left !== null && size > left - added) return refusal("quota_full", quotaFull(left - added, quota))
  if (siteLeft !== null && size > siteLeft - added)
    return refusal("storage_full", t("There's no room for more files on this server. Ask an administrator."))
  return null
}

/** What `accept` of a file field takes: the same patterns. */
export function acceptedTypes({ types }) {
  return types.join(",")
}

function isTypeAllowed(name, type, patterns) {
  if (!patterns.length) return true
  const kind = type.split(";")[0].trim().toLowerCase()
  const ending = /[^.](\.[^.]+)$/.exec(name.toLowerCase())?.[1]
  return patterns.some(pattern => (pattern.startsWith(".") ? pattern === ending : matches(kind, pattern)))
}

/** `pattern` is a type, or has "*" for any letters. */
function matches(kind, pattern) {
  const parts = pattern.split("*").map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${parts.join(".*")}$`).test(kind)
}

function tooLarge(name, megabytes) {
  const most = whole.format(megabytes)
  return t("“{name}” is too large. A file may have up to {most} MB.", { name, most })
}

function otherType(name, types) {
  return t("“{name}” can't be sent here. These files can: {types}.", { name, types: types.join(", ") })
}

function quotaFull(left, quota) {
  const values = { left: whole.format(Math.floor(Math.max(0, left) / MEGABYTE)), quota: whole.format(quota) }
  return t("You have {left} MB left of {quota} MB for your files. Delete messages with files to get more.", values)
}

function refusal(code, message) {
  return { code, message }
}
