import { LOCALE, plural, t } from "./i18n.js"

const SHORT_NAME = 20
const NAME_END = 12
const decimals = Array.from({ length: 2 }, (_, most) => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: most }))

/** "12 kB", "3.4 MB". chat/pages/message_files.py does the same. */
export function fileSize(bytes) {
  if (bytes < 1_000) return plural("{count} byte", "{count} bytes", bytes)
  if (bytes < 999_500) return t("{number} kB", { number: shortNumber(bytes / 1e3) })
  if (bytes < 999_500_000) return t("{number} MB", { number: shortNumber(bytes / 1e6) })
  return t("{number} GB", { number: shortNumber(bytes / 1e9) })
}

function shortNumber(number) {
  return decimals[number < 9.95 ? 1 : 0].format(number)
}

/** A long name in two parts: where there is no room the first one is cut, and the extension stays. */
export function splitName(name) {
  const signs = [...name]
  if (signs.length <= SHORT_NAME) return [name, ""]
  return [signs.slice(0, -NAME_END).join(""), signs.slice(-NAME_END).join("")]
}

/** "0:07", "1:02:03" */
export function durationText(seconds) {
  const whole = Math.round(Number.isFinite(seconds) ? seconds : 0)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const end = String(whole % 60).padStart(2, "0")
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`
}

/** What stands for the text of a message that has only files: "Picture", "3 files". */
export function filesText(files) {
  if (!files?.length) return ""
  const kinds = new Set(files.map(({ kind, voice }) => (voice ? "voice" : kind)))
  const [kind] = kinds.size === 1 ? kinds : ["other"]
  const count = files.length
  if (kind === "image") return count === 1 ? t("Picture") : plural("{count} picture", "{count} pictures", count)
  if (count > 1) return plural("{count} file", "{count} files", count)
  return { voice: t("Voice message"), audio: t("Audio file"), video: t("Video") }[kind] ?? files[0].name
}

/** The kind of a file that is not uploaded yet, by the type that the browser knows. */
export function kindOf(type) {
  return /^(image|audio|video)\//.exec(type ?? "")?.[1] ?? (/^text\//.test(type ?? "") ? "text" : "other")
}
