import { fold } from "./folding.js"

// After one of these an @ is part of an email address. Other scripts join particles to a name without a space.
const NAME = /(^|[^0-9\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Inherited}_+@-])(@)([\p{L}\p{M}\p{N}_.+-]{0,32})$/u
const EMOJI = /(^|[\s([{"'>])(:)([\p{L}\p{N}_.+-]{0,30})$/u
const SHOWN = 8

/** Find the token at the caret that can be completed: {sign, query, start, end}, or null. `:` needs two letters. */
export function findToken(text, caret) {
  const before = text.slice(0, caret)
  const match = NAME.exec(before) ?? EMOJI.exec(before)
  if (!match) return null
  const [, , sign, query] = match
  if (sign === ":" && query.length < 2) return null
  return { sign, query: fold(query), start: caret - query.length - 1, end: caret }
}

/** Replace the token, with the caret after it. */
export function complete(text, { start, end }, value) {
  const rest = text.slice(end)
  const space = /^\s/.test(rest) ? "" : " "
  return { text: text.slice(0, start) + value + space + rest, caret: start + value.length + 1 }
}

export function suggestPeople(query, people, me) {
  return best(
    people.filter(({ id, deactivated }) => id !== me && !deactivated),
    query,
    // The first is found by any part of it.
    ({ username, name }) => [fold(`${username} ${name}`), ...fold(name).split(/\s+/)],
  )
}

/** Whether @room may be meant, which notifies all members. */
export function suggestsEverybody(query) {
  return "room".startsWith(query)
}

/** Suggest emoji. `emoji`: rows of emoji.json. Among those that begin with the query, the most used come first. */
export function suggestEmoji(query, emoji, mostUsed = [], count = SHOWN) {
  const isUsed = ([, character]) => mostUsed.includes(character)
  return best([...emoji.filter(isUsed), ...emoji.filter(row => !isUsed(row))], query, emojiWords, isUsed, count)
}

/** The names of an emoji, their parts, and its keywords. */
function emojiWords([name, , others = "", words = ""]) {
  const names = [name, ...others.split(" ")]
  return [...names, ...names.flatMap(one => one.split("_")), ...words.split(" ")].filter(Boolean)
}

/**
 * Rank by whether a word begins with the query, then by whether the name contains it; `preferred` things come first.
 */
function best(things, query, wordsOf, preferred = () => false, count = SHOWN) {
  const ranked = []
  for (const thing of things) {
    const words = wordsOf(thing)
    const rank = rankOf(words, query)
    if (rank < 3) ranked.push({ thing, rank: rank < 2 && preferred(thing) ? -1 : rank })
  }
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .slice(0, count)
    .map(({ thing }) => thing)
}

function rankOf(words, query) {
  if (words[0].startsWith(query)) return 0
  if (words.some(word => word.startsWith(query))) return 1
  return words[0].includes(query) ? 2 : 3
}
