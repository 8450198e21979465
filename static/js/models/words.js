export const MOST_WORDS = 50
const LEAST_CHARACTERS = 2
const MOST_CHARACTERS = 80

/** The words in a text: one a line, or between commas, in lower case. */
export function splitWords(text) {
  return text
    .split(/[\n,;]/)
    .map(word => word.trim().replace(/\s+/g, " ").toLowerCase())
    .filter(Boolean)
}

/** Adds what was written to the words there are: {words, problem}, a sentence where something was left out. */
export function addWords(words, text) {
  const added = [...words]
  let problem = ""
  for (const word of splitWords(text)) {
    if (word.length < LEAST_CHARACTERS || word.length > MOST_CHARACTERS)
      problem = `A word has ${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters.`
    else if (added.includes(word)) problem = `“${word}” is there already.`
    else if (added.length >= MOST_WORDS) problem = `At most ${MOST_WORDS} words: remove one first.`
    else added.push(word)
  }
  return { words: added, problem }
}
