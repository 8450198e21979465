const ACCENTS = /[\u0300-\u036f]/g

/** A text as it is searched: in one case and without accents, as `accounts/names/folded_text.py` has it on the server. */
export function fold(text) {
  // Upper case first: ß becomes SS, and the Turkish ı an I.
  const oneCase = text.normalize("NFKD").toUpperCase().toLowerCase()
  return oneCase.normalize("NFKD").replace(ACCENTS, "").replaceAll("ς", "σ").normalize("NFC")
}
