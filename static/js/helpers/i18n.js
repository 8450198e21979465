/**
 * Translations of the interface. The catalogue of the user's language (static/js/languages/) is a script that the page
 * or worker loads first; English is the source and has none.
 */

const { language = "en-GB", messages = {} } = globalThis.hubbubCatalogue ?? {}
const pluralRules = new Intl.PluralRules(language)
const countFormat = new Intl.NumberFormat(language)
const PLACEHOLDER = /\{(\w+)\}/

/** The locale of everything that `Intl` formats: days, lists, numbers. The hours of a clock are the browser's own (time.js). */
export const LOCALE = language

/** Translate a text: t("Muted until {time}", { time }). */
export function t(text, values = {}) {
  return fill(messages[text] || text, values)
}

/** Translate a text that has another meaning elsewhere: inContext("a verb", "Open"). */
export function inContext(context, text, values = {}) {
  return fill(messages[`${context}\u0004${text}`] || text, values)
}

/** Translate a text with a number: plural("{count} message", "{count} messages", count). */
export function plural(one, other, count, values = {}) {
  const forms = messages[one] || { one, other }
  const text = forms[pluralRules.select(count)] ?? forms.other
  return fill(text, { count: countFormat.format(count), ...values })
}

/** Translate a text with lit-html templates as values: rich("Beginning of {room}.", { room: html`…` }). */
export function rich(text, parts) {
  const pieces = (messages[text] || text).split(PLACEHOLDER)
  return pieces.map((piece, index) => (index % 2 ? parts[piece] : piece))
}

function fill(text, values) {
  return text.replaceAll(new RegExp(PLACEHOLDER, "g"), (whole, name) => values[name] ?? whole)
}
