import { LOCALE, t } from "./i18n.js"

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** A person's hue: which of the 24 of colors.css. The same rule as accounts/names/initials.py. */
export function hue(id) {
  const number = typeof id === "number" ? id : new TextEncoder().encode(id).reduce((sum, byte) => sum + byte, 0)
  return (number * 137) % 24
}

/** The first characters of the first and last word, or the first two of a single word. */
export function initials(name) {
  const words = name
    .split(/\s+/u)
    .map(word => word.replace(/^\p{P}+/u, ""))
    .filter(Boolean)
  if (!words.length) return "?"
  if (words.length === 1) return first(words[0], 2)
  return (first(words[0], 1) + first(words.at(-1), 1)).toUpperCase()
}

/** What a room is called: its name, or the others' names of a direct conversation (one's own if alone). */
export function roomTitle({ kind, name, people }, me) {
  if (kind !== "direct") return name
  return people.length ? people.map(person => person.name).join(", ") : me.name
}

/** The title with its sign, for where no icon stands beside it. `#` means that everybody may come in. */
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
