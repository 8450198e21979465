import { fold } from "./folding.js"

// In front of an @ these make it part of an address; in other scripts a particle is joined to the name without a space.
const NAME = /(^|[^0-9\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Inherited}_+@-])(@)([\p{L}\p{M}\p{N}_.+-]{0,32})$/u
const EMOJI = /(^|[\s([{"'>])(:)([\p{L}\p{N}_.+-]{0,30})$/u
const SHOWN = 8

/** The word being typed that could be completed: {sign, query, start, end}, or null. `:` needs two letters. */
export function findToken(text, caret) {
  const before = text.slice(0, caret)
  const match = NAME.exec(before) ?? EMOJI.exec(before)
  if (!match) return null
  const [, , sign, query] = match
  if (sign === ":" && query.length < 2) return null
  return { sign, query: fold(query), start: caret - query.length - 1, end: caret }
}

/** Replace the token and go on behind it. */
export function complete(text, { start, end }, value) {
  const rest = text.slice(end)
  const space = /^\s/.test(rest) ? "" : " "
  return { text: text.slice(0, start) + value + space + rest, caret: start + value.length + 1 }
}

export function suggestPeople(query, people, me) {
  return best(
    people.filter(({ id }) => id !== me),
    query,
    ({ username, name }) => [fold(username), ...fold(name).split(/\s+/)],
  )
}

/** Whether "room" itself may be meant: it calls everybody. */
export function suggestsEverybody(query) {
  return "room".startsWith(query)
}

/** `emoji`: [name, character] pairs, the common ones first. */
export function suggestEmoji(query, emoji) {
  return best(emoji, query, ([name]) => [name, ...name.split("_")])
}

/** What begins with the query, in whole or in a part, before what only contains it. */
function best(things, query, wordsOf) {
  const ranked = []
  for (const thing of things) {
    const words = wordsOf(thing)
    const rank = rankOf(words, query)
    if (rank < 3) ranked.push({ thing, rank })
  }
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .slice(0, SHOWN)
    .map(({ thing }) => thing)
}

function rankOf(words, query) {
  if (words[0].startsWith(query)) return 0
  if (words.some(word => word.startsWith(query))) return 1
  return words[0].includes(query) ? 2 : 3
}
