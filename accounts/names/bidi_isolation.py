"""Isolation of right-to-left names, so that they do not reorder the words around them."""

import re

# Letters of right-to-left scripts: Hebrew, Arabic, Syriac, Thaana, N'Ko and the blocks next to them.
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
FIRST_STRONG_ISOLATE, ISOLATE_END = "\u2068", "\u2069"


def isolate(name: str) -> str:
    """Isolate a name in a plain-text sentence, as <bdi> does in HTML and helpers/bidi-isolation.js in scripts."""
    return f"{FIRST_STRONG_ISOLATE}{name}{ISOLATE_END}" if FROM_THE_RIGHT.search(name) else name
