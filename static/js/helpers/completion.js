const TOKEN = /(^|[\s([{"'>])([@:])([\p{L}\p{N}_.+-]{0,30})$/u
const SHOWN = 8

/** The word being typed that could be completed: {sign, query, start, end}, or null. `:` needs two letters. */
export function findToken(text, caret) {
  const match = TOKEN.exec(text.slice(0, caret))
  if (!match) return null
  const [, , sign, query] = match
  if (sign === ":" && query.length < 2) return null
  return { sign, query: query.toLowerCase(), start: caret - query.length - 1, end: caret }
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
    ({ username, name }) => [username.toLowerCase(), ...name.toLowerCase().split(/\s+/)],
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
