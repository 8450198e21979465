const NAMES = ["from", "in", "has", "is", "before", "after", "on"]
// A filter with its value, which may be quoted, and the space behind it.
const PIECE = /(?<=^|\s)(-?(?:from|in|has|is|before|after|on):(?:"[^"]*"|[^\s"]+))(?=\s)/gi
// What keyboards of phones and of some languages write for ".
const QUOTES = /[“”„‟«»＂]/g
const FILTER = /(?:^|\s)-?(?:from|in|has|is|before|after|on):/i

/** Whether a query says more than words: then rooms and people by name are not what is meant. */
export function hasFilter(query) {
  return FILTER.test(query)
}

/** The filters of a query that are typed to their end: [{text, rest}], `rest` is the query without it. */
export function wholeFilters(typed) {
  const query = typed.replaceAll(QUOTES, '"')
  return [...query.matchAll(PIECE)].map(({ 1: text, index }) => {
    const start = query.indexOf(text, index)
    return { text, rest: `${query.slice(0, start).trim()} ${query.slice(start + text.length).trim()}`.trim() }
  })
}

/** Whether a word of a query is a filter, or the beginning of one's name, which the server can complete. */
export function isFilterWord(word) {
  const name = word.replace(/^-/, "").toLowerCase()
  return name !== "" && NAMES.some(each => name.startsWith(`${each}:`) || each.startsWith(name))
}

/** The filter that keeps a search in a room. */
export function roomFilter({ kind, name, people }, me) {
  if (kind !== "direct") return /\s/.test(name) ? `in:"#${name}"` : `in:#${name}`
  const names = people.length ? people.map(({ username }) => `@${username}`) : [`@${me.username}`]
  return `in:${names.join(",")}`
}

/** The word of a search query that the caret is behind: {text, start, end}. A quoted value may contain spaces. */
export function findWord(typed, caret) {
  const query = typed.replaceAll(QUOTES, '"')
  let start = 0
  let isQuoted = false
  for (let at = 0; at < caret; at += 1) {
    if (query[at] === '"') isQuoted = !isQuoted
    else if (/\s/.test(query[at]) && !isQuoted) start = at + 1
  }
  const rest = /^\S*/.exec(query.slice(caret))[0]
  return { text: query.slice(start, caret), start, end: caret + rest.length }
}
