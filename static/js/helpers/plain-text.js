const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'", "#x27": "'" }

/** Convert a message's HTML to text, for screen readers, without parsing it as a document. */
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
