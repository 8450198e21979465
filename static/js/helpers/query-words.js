const FILTER = /(?:^|\s)-?(?:from|in|has|is|before|after|on):/i

/** Whether a query says more than words: then rooms and people by name are not what is meant. */
export function hasFilter(query) {
  return FILTER.test(query)
}

/** The filter that keeps a search in a room. */
export function roomFilter({ kind, name, people }, me) {
  if (kind !== "direct") return /\s/.test(name) ? `in:"#${name}"` : `in:#${name}`
  const names = people.length ? people.map(({ username }) => `@${username}`) : [`@${me.username}`]
  return `in:${names.join(",")}`
}

/** The word of a search query that the caret is behind: {text, start, end}. A quoted value may contain spaces. */
export function findWord(query, caret) {
  let start = 0
  let isQuoted = false
  for (let at = 0; at < caret; at += 1) {
    if (query[at] === '"') isQuoted = !isQuoted
    else if (/\s/.test(query[at]) && !isQuoted) start = at + 1
  }
  const rest = /^\S*/.exec(query.slice(caret))[0]
  return { text: query.slice(start, caret), start, end: caret + rest.length }
}
