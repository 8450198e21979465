const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'", "#x27": "'" }

/** The words of a message's html, for a screen readMarker or a title: it is never parsed as a page for that. */
export function plainText(html) {
  return html
    .replace(/<li [^>]*\bvalue="(\d+)"[^>]*>/g, "$1. ")
    .replace(/<\/t[dh]>\s*(?=<t[dh]\b)/g, ", ")
    .replace(/<br>|<\/(p|li|pre|blockquote|tr)>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole)
    .replace(/\s+/g, " ")
    .trim()
}
