"""Folded texts: in one case, without accents, with plain quotes, dashes and single spaces.

Numbers stand in them also without separators.
"""

import re
from collections.abc import Iterable

from accounts.names.folded_text import fold_for_search

# Hebrew points and Arabic vowel marks are optional in writing, and most people do not type them. The tatweel only
# stretches a word.
OPTIONAL_MARKS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]")
# Phones and word processors write others than keyboards do.
PUNCTUATION = str.maketrans("‘’‚‛ʼ′“”„‟«»‐‑‒–—−", "'" * 6 + '"' * 6 + "-" * 6)
SEPARATED_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:([.,'’_ ])\d{3})(?:\1\d{3})*(?!\1?\d)")


def fold_text(text: str) -> str:
    """Return one text in one case, without accents, and with plain quotes, dashes and single spaces."""
    folded = fold_for_search(text)
    if not folded.isascii():
        folded = OPTIONAL_MARKS.sub("", folded).translate(PUNCTUATION)
    return " ".join(folded.split())


def join_number(text: str) -> str:
    """Return a folded text with its numbers written without separators: "1,234.50" is "1234.50"."""
    return SEPARATED_NUMBER.sub(lambda number: number[0].replace(number[1], ""), text)


def searchable(text: str) -> str:
    """Return the folded text that terms are looked for in; numbers with separators stand once more in a second line.

    No term contains a line break, so none is found across the two lines.
    """
    folded = fold_text(text)
    joined = {join_number(number[0]) for number in SEPARATED_NUMBER.finditer(folded)}
    return "\n".join([folded, " ".join(sorted(joined))]) if joined else folded


def join_searchable(texts: Iterable[str]) -> str:
    """Return several texts, each with lines of its own."""
    return "\n".join(map(searchable, texts))
