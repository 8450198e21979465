const ACCENTS = /[\u0300-\u036f]/g

/** Fold a text for searching: without case and accents, as `accounts/names/folded_text.py` does on the server. */
export function fold(text) {
  // Upper case first: ß becomes SS, and the Turkish ı an I.
  const oneCase = text.normalize("NFKD").toUpperCase().toLowerCase()
  return oneCase.normalize("NFKD").replace(ACCENTS, "").replaceAll("ς", "σ").normalize("NFC")
}
