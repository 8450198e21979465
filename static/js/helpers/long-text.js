import { t } from "./i18n.js"

const MOST_CHARACTERS = 2_000
const MOST_LINES = 30

/** Whether a text is rather to be read as a file than in the timeline. */
export function isLongText(text) {
  return text.length > MOST_CHARACTERS || text.trimEnd().split("\n", MOST_LINES + 1).length > MOST_LINES
}

/** A text as a file. The server shows its first lines. */
export function textFile(text) {
  return new File([text], `${t("Pasted text")}.txt`, { type: "text/plain" })
}
