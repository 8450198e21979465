"""The inline rules for backslashes and line ends. A backslash is kept as typed unless it escapes Markdown."""

import re

from markdown_it.rules_inline import StateInline

BLOCK_MARK = re.compile(r"[ \t]*(?:\d+)?\Z")  # The text that may precede the sign of a block: \\- and 1\\.
AS_TYPED = re.compile(r"¯\\_[(（]|:\\[*_]")  # a shrug, and all files of a drive: C:\*.*


def escape(state: StateInline, silent: bool) -> bool:
    """Remove a backslash that escapes Markdown.

    Before any other character it is kept: C:\\dir, \\\\server, \\d+, a line that goes on.
    """
    if state.src[state.pos] != "\\":
        return False
    length, text = 1, "\\"
    if AS_TYPED.match(state.src, max(0, state.pos - 1)):
        length, text = 2, state.src[state.pos : state.pos + 2]
    elif prevents(state.src, state.pos):
        length, text = 2, state.src[state.pos + 1]
    if not silent:
        token = state.push("text_special", "", 0)
        token.content, token.markup, token.info = text, state.src[state.pos : state.pos + length], "escape"
    state.pos += length
    return True


def prevents(text: str, place: int) -> bool:
    """Return whether the sign after a backslash could be Markdown without it."""
    sign = text[place + 1 : place + 2]
    if sign in set("*_`"):
        return text.count(sign) > 1
    if sign in set("[]~"):
        return ("~~" if sign == "~" else "](") in text
    if sign in set("@:"):
        return text[place + 2 : place + 3].isalnum() or text[place + 2 : place + 3] in set("+-_")
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return sign in set("#>-*.)") and bool(BLOCK_MARK.fullmatch(before)) and (sign in ".)") == before.strip().isdigit()


def line_end(state: StateInline, silent: bool) -> bool:
    """Parse the end of a line, and keep the spaces at the beginning of the next one."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("softbreak", "br", 0)
    state.pos += 1
    return True
