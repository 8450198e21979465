import { t } from "../helpers/i18n.js"
import { LEVELS, LEVELS_OF_DIRECT, levelWords, mutedWords } from "./level-words.js"
import { openMenu } from "./menu.js"

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
const MUTES = {
  hour: t("Mute for 1 hour"),
  tomorrow: t("Mute until tomorrow"),
  always: t("Mute until I turn it back on"),
}

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

async function setLevel(app, room, choice) {
  try {
    const { level, muted_until: mutedUntil } = await app.setLevel(room, choice.mute ? { ...choice, zone } : choice)
    app.showNotice(`${levelWords({ kind: room.kind, level, mutedUntil, muted: mutedUntil !== null })}.`)
  } catch (error) {
    app.showNotice(error.message)
  }
}
