"""The isolation of names written from the right, so that they do not turn the words around them."""

import re

# Letters that are written from the right: Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours.
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
FIRST_STRONG_ISOLATE, ISOLATE_END = "\u2068", "\u2069"


def isolate(name: str) -> str:
    """Return a name for a sentence; the same as <bdi> where no HTML can be. The same in helpers/isolate.js."""
    return f"{FIRST_STRONG_ISOLATE}{name}{ISOLATE_END}" if FROM_THE_RIGHT.search(name) else name
