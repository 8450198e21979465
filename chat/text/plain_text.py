"""Messages as plain text, for notifications and for the search of keywords."""

import re
from html import unescape

EXCERPT_CHARACTERS = 300

# Tags that become a sign, and tags that end a line. The sign of a task is part of its text.
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
    """Return the first EXCERPT_CHARACTERS of a message as text on one line."""
    text = " ".join(plain_text(html).split())
    return text if len(text) <= EXCERPT_CHARACTERS else f"{text[: EXCERPT_CHARACTERS - 1].rstrip()}…"
