"""The forms in which names and words are compared, the same in Python, SQLite and PostgreSQL."""

import re
import unicodedata

# casefold() turns Turkish İ into i with a combining dot and keeps ı. Other people type a plain i for both.
DOTLESS, DOTTED = "ı", "i\u0307"
ACCENTS = re.compile("[\u0300-\u036f]")  # Latin, Greek and Cyrillic; in other scripts marks make other words.


def fold(text: str, most: int | None = None) -> str:
    """Return a text in one case, with one form of each accent, width and ligature: "Straße" becomes "strasse".

    `most` bounds the length of the result, because one letter can become eighteen.
    """
    if text.isascii():
        return text[:most].lower()
    text = unicodedata.normalize("NFKC", text).casefold()[:most]
    return unicodedata.normalize("NFKC", text).replace(DOTTED, "i").replace(DOTLESS, "i")


def fold_for_search(text: str) -> str:
    """Return the form of a text for search: folded, and without accents, which many keyboards cannot type."""
    if text.isascii():
        return text.lower()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", fold(text)))
    return unicodedata.normalize("NFC", bare)
