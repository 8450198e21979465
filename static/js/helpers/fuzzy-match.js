import { fold } from "./folding.js"

/**
 * Score how well a name matches a query: lower is better, null is no match. Best is the whole name or its first word,
 * then the beginning of the name, the beginning of a word, any part, all words in any order, and its letters in order.
 */
export function matchScore(query, name) {
  const [wanted, text] = [fold(query.trim()), fold(name)]
  if (!wanted) return 0
  const words = text.split(/[\s\-_.,]+/)
  if (text === wanted || words[0] === wanted) return 0
  if (text.startsWith(wanted)) return 1
  if (words.some(word => word.startsWith(wanted))) return 2
  if (text.includes(wanted)) return 3
  if (hasWords(query, name)) return 4
  return hasInOrder(text, wanted) ? 5 : null
}

/** Return the best matches of any of their names; among equal scores the lower `rankOf` comes first. */
export function bestMatches(query, things, namesOf, count, rankOf = () => 0) {
  return things
    .map(thing => ({ thing, score: bestScore(query, namesOf(thing)) }))
    .filter(({ score }) => score !== null)
    .sort((one, other) => one.score - other.score || rankOf(one.thing) - rankOf(other.thing))
    .slice(0, count)
    .map(({ thing }) => thing)
}

/** Whether all words of a query, or parts of words, stand in a text. */
export function hasWords(query, text) {
  const folded = fold(text)
  return fold(query.trim())
    .split(/\s+/)
    .every(word => folded.includes(word))
}

function bestScore(query, names) {
  const scores = names.map(name => matchScore(query, name)).filter(score => score !== null)
  return scores.length ? Math.min(...scores) : null
}

function hasInOrder(text, letters) {
  let from = 0
  for (const letter of letters.replaceAll(/\s/g, "")) {
    from = text.indexOf(letter, from) + 1
    if (!from) return false
  }
  return true
}
