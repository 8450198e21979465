"""What a message says, without its marks: for where no HTML can be."""

import re
from html import unescape

EXCERPT_CHARACTERS = 300

END_OF_BLOCK = re.compile(r"<(?:br|/p|/li|/pre|/blockquote)\b[^>]*>")
TAG = re.compile(r'<(?:"[^"]*"|[^>"])*>')


def plain_text(html: str) -> str:
    """Return a message's HTML as text, each block on lines of its own."""
    return unescape(TAG.sub("", END_OF_BLOCK.sub("\n", html)))


def excerpt(html: str) -> str:
    """Return the beginning of a message, on one line."""
    text = " ".join(plain_text(html).split())
    return text if len(text) <= EXCERPT_CHARACTERS else f"{text[: EXCERPT_CHARACTERS - 1].rstrip()}…"
