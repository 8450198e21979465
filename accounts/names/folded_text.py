"""The forms in which names and words are compared, the same in Python, SQLite and PostgreSQL."""

import re
import unicodedata

# Turkish İ and ı are İ and I for everybody else: their lower case would be two letters that nobody types.
DOTLESS, DOTTED = "ı", "i\u0307"
ACCENTS = re.compile("[\u0300-\u036f]")  # Latin, Greek and Cyrillic; in other scripts marks make other words.


def fold(text: str, most: int | None = None) -> str:
    """Return a text in one case, with one way to write an accent, a width or a ligature: "Straße" is "strasse".

    One letter can become eighteen: `most` says of how many characters at most the answer is.
    """
    if text.isascii():
        return text[:most].lower()
    text = unicodedata.normalize("NFKC", text).casefold()[:most]
    return unicodedata.normalize("NFKC", text).replace(DOTTED, "i").replace(DOTLESS, "i")


def fold_for_search(text: str) -> str:
    """Return a text as it is searched: folded, and without accents, which many keyboards cannot type."""
    if text.isascii():
        return text.lower()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", fold(text)))
    return unicodedata.normalize("NFC", bare)
