import { t } from "../helpers/i18n.js"

export const MAX_KEYWORDS = 50
const LEAST_CHARACTERS = 2
const MOST_CHARACTERS = 80

/** Split a text into keywords, at line breaks and commas, in lower case. */
export function splitKeywords(text) {
  return text
    .split(/[\n,;]/)
    .map(word => word.trim().replace(/\s+/g, " ").toLowerCase())
    .filter(Boolean)
}

/** Add the keywords of a text to a list. Returns {words, problem}: a message if one was left out. */
export function addKeywords(words, text) {
  const added = [...words]
  let problem = ""
  for (const word of splitKeywords(text)) {
    if (word.length < LEAST_CHARACTERS || word.length > MOST_CHARACTERS)
      problem = t("Keywords must have {least} to {most} characters.", {
        least: LEAST_CHARACTERS,
        most: MOST_CHARACTERS,
      })
    else if (added.includes(word)) problem = t("“{word}” is already in the list.", { word })
    else if (added.length >= MAX_KEYWORDS)
      problem = t("You can have up to {most} keywords. Remove one first.", { most: MAX_KEYWORDS })
    else added.push(word)
  }
  return { words: added, problem }
}
