import { fold } from "./folding.js"

/**
 * How well a name answers what was typed: lower is better, null is not at all.
 * The beginning, then the beginning of a word, then somewhere, then its letters in order.
 */
export function matchScore(query, name) {
  const [wanted, text] = [fold(query.trim()), fold(name)]
  if (!wanted || text.startsWith(wanted)) return 0
  if (text.split(/[\s\-_.,]+/).some(word => word.startsWith(wanted))) return 1
  if (text.includes(wanted)) return 2
  return hasInOrder(text, wanted) ? 3 : null
}

export function bestMatches(query, things, nameOf, count) {
  return things
    .map(thing => ({ thing, score: matchScore(query, nameOf(thing)) }))
    .filter(({ score }) => score !== null)
    .sort((one, other) => one.score - other.score)
    .slice(0, count)
    .map(({ thing }) => thing)
}

function hasInOrder(text, letters) {
  let from = 0
  for (const letter of letters.replaceAll(/\s/g, "")) {
    from = text.indexOf(letter, from) + 1
    if (!from) return false
  }
  return true
}
