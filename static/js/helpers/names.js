import { LOCALE, t } from "./i18n.js"

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Choose one of the 24 hues of colors.css for a user, as accounts/names/initials.py does. */
export function hue(id) {
  const number = typeof id === "number" ? id : new TextEncoder().encode(id).reduce((sum, byte) => sum + byte, 0)
  return (number * 137) % 24
}

/** Return the first characters of the first and last word, or the first two of a single word. */
export function initials(name) {
  const words = name
    .split(/\s+/u)
    .map(word => word.replace(/^\p{P}+/u, ""))
    .filter(Boolean)
  if (!words.length) return "?"
  if (words.length === 1) return first(words[0], 2)
  return (first(words[0], 1) + first(words.at(-1), 1)).toUpperCase()
}

/** Return a room's name, or the names of the others in a direct conversation (the user's own if alone). */
export function roomTitle({ kind, name, people }, me) {
  if (kind !== "direct") return name
  return people.length ? people.map(person => person.name).join(", ") : me.name
}

/** Return the title with `#` for a public room, for where there is no icon. */
export function roomLabel(room) {
  return room.kind === "public" ? `# ${room.title}` : room.title
}

/** "Grace", "Grace and Tim", "Grace, Tim and Zoe", "Several people". */
export function listNames(names) {
  if (names.length > 3) return t("Several people")
  return new Intl.ListFormat(LOCALE, { type: "conjunction" }).format(names)
}

function first(word, count) {
  return [...graphemes.segment(word)]
    .slice(0, count)
    .map(({ segment }) => segment)
    .join("")
    .toUpperCase()
}
