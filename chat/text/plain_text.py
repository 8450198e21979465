"""What a message says, without its marks: for where no HTML can be."""

import re
from html import unescape

EXCERPT_CHARACTERS = 300

# Tags that are read as a sign, and those that end a line. A task has its own sign.
SIGNS = [
    (re.compile(r'<li [^>]*\bvalue="(\d+)"[^>]*>\n?'), r"\1. "),
    (re.compile(r'<li [^>]*\bclass="task"[^>]*>\n?'), ""),
    (re.compile(r"<li\b[^>]*>\n?"), "- "),
    (re.compile(r"<blockquote\b[^>]*>\n?"), "> "),
    (re.compile(r"</t[dh]>\s*(?=<t[dh]\b)"), " | "),
    (re.compile(r"<(?:br|/p|/li|/pre|/blockquote|/tr)\b[^>]*>"), "\n"),
]
TAG = re.compile(r'<(?:"[^"]*"|[^>"])*>')


def plain_text(html: str) -> str:
    """Return a message's HTML as text, each block on lines of its own."""
    for tag, sign in SIGNS:
        html = tag.sub(sign, html)
    return unescape(TAG.sub("", html))


def excerpt(html: str) -> str:
    """Return the beginning of a message, on one line."""
    text = " ".join(plain_text(html).split())
    return text if len(text) <= EXCERPT_CHARACTERS else f"{text[: EXCERPT_CHARACTERS - 1].rstrip()}…"
