import { t } from "../helpers/i18n.js"
import { soonName } from "../helpers/time.js"

/** A mute without an end has this year. */
const ALWAYS = "9999"
export const LEVELS = { everything: t("All messages"), mentions: t("Mentions"), nothing: t("Nothing") }
/** In a direct conversation every message is for the user, so there are two levels. */
export const LEVELS_OF_DIRECT = { mentions: t("All messages"), nothing: t("Nothing") }

/** "Muted", "Muted until 15:30", "Muted until Saturday 09:00". */
export function mutedWords({ mutedUntil }) {
  return mutedUntil.startsWith(ALWAYS) ? t("Muted") : t("Muted until {time}", { time: soonName(mutedUntil) })
}

/** The current choice, in a word or two. */
export function levelWords(room) {
  if (room.muted) return mutedWords(room)
  return (room.kind === "direct" ? LEVELS_OF_DIRECT : LEVELS)[room.level] ?? t("All messages")
}
