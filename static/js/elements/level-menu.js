import { t } from "../helpers/i18n.js"
import { soonName } from "../helpers/time.js"
import { openMenu } from "./menu.js"

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
/** A mute without an end has this year. */
const ALWAYS = "9999"
const MUTES = {
  hour: t("Mute for 1 hour"),
  tomorrow: t("Mute until tomorrow"),
  always: t("Mute until I turn it back on"),
}
const LEVELS = { everything: t("All messages"), mentions: t("Mentions"), nothing: t("Nothing") }
/** In a direct conversation every message is for the user, so there are two levels. */
const LEVELS_OF_DIRECT = { mentions: t("All messages"), nothing: t("Nothing") }

/**
 * Open the menu of a room's notifications: levels and mutes in one list. A level ends a mute, and a mute keeps the
 * level for afterwards.
 */
export function openLevelMenu(anchor, app, room) {
  const choose = choice => setLevel(app, room, choice)
  const levels = room.kind === "direct" ? LEVELS_OF_DIRECT : LEVELS
  const level = room.level in levels ? room.level : "mentions"
  const items = [
    {
      group: t("Notify me about"),
      items: [
        ...Object.keys(levels).map(name => ({
          label: levels[name],
          checked: name === level && !room.muted,
          act: () => choose({ level: name, mute: "off" }),
        })),
        room.muted ? { label: mutedWords(room), checked: true, act: () => {} } : null,
        ...Object.keys(MUTES).map(mute => ({ label: MUTES[mute], checked: false, act: () => choose({ mute }) })),
      ],
    },
  ]
  openMenu(anchor, items, t("Notifications for this room"))
}

/** "Muted", "Muted until 15:30", "Muted until Saturday 09:00". */
export function mutedWords({ mutedUntil }) {
  return mutedUntil.startsWith(ALWAYS) ? t("Muted") : t("Muted until {time}", { time: soonName(mutedUntil) })
}

/** The current choice, in a word or two. */
export function levelWords(room) {
  if (room.muted) return mutedWords(room)
  return (room.kind === "direct" ? LEVELS_OF_DIRECT : LEVELS)[room.level] ?? t("All messages")
}

async function setLevel(app, room, choice) {
  try {
    const { level, muted_until: mutedUntil } = await app.setLevel(room, choice.mute ? { ...choice, zone } : choice)
    app.showNotice(`${levelWords({ kind: room.kind, level, mutedUntil, muted: mutedUntil !== null })}.`)
  } catch (error) {
    app.showNotice(error.message)
  }
}
