import { soonName } from "../helpers/time.js"
import { openMenu } from "./menu.js"

/** A year that means: until I turn it on again. */
const ALWAYS = "9999"
const MUTES = { hour: "For 1 hour", tomorrow: "Until tomorrow", always: "Until I turn it on" }
const LEVELS = { everything: "Everything", mentions: "Mentions and keywords", nothing: "Nothing" }
/** There all is for me, or nothing. */
const LEVELS_OF_DIRECT = { mentions: "Everything", nothing: "Nothing" }

/** How much I hear of a room, and for how long it is silent. */
export function openLevelMenu(anchor, app, room) {
  const choose = choice => listenTo(app, room, choice)
  const levels = room.kind === "direct" ? LEVELS_OF_DIRECT : LEVELS
  const level = room.level in levels ? room.level : "mentions"
  const items = [
    {
      group: "Notify me of",
      items: Object.keys(levels).map(name => ({
        label: levels[name],
        checked: name === level,
        act: () => choose({ level: name }),
      })),
    },
    "-",
    {
      group: room.muted ? mutedWords(room) : "Mute",
      items: [
        room.muted ? { label: "Turn on again", icon: "bell", act: () => choose({ mute: "off" }) } : null,
        ...Object.keys(MUTES).map(mute => ({ label: MUTES[mute], icon: "bell-off", act: () => choose({ mute }) })),
      ],
    },
  ]
  openMenu(anchor, items, "Notifications of this room")
}

/** "Muted", "Muted until 15:30", "Muted until Saturday 09:00". */
export function mutedWords({ mutedUntil }) {
  return mutedUntil.startsWith(ALWAYS) ? "Muted" : `Muted until ${soonName(mutedUntil)}`
}

/** What is chosen, in a word or two. */
export function levelWords(room) {
  if (room.muted) return mutedWords(room)
  return (room.kind === "direct" ? LEVELS_OF_DIRECT : LEVELS)[room.level] ?? "Everything"
}

async function listenTo(app, room, choice) {
  try {
    const { level, muted_until: mutedUntil } = await app.listenTo(room, choice)
    app.say(`${levelWords({ kind: room.kind, level, mutedUntil, muted: mutedUntil !== null })}.`)
  } catch (error) {
    app.say(error.message)
  }
}
