"""Bare addresses become links, without the punctuation of the sentence around them."""

import re

from markdown_it.rules_inline import StateInline

SCHEME = re.compile(r"(?<![\w+.-])https?\Z", re.IGNORECASE)
LONGEST_SCHEME = len("https")
AFTER_SCHEME = re.compile(r"://[^\s<>\"`]+")
NEVER_LAST = ".,:;!?'*_~"
CLOSING = {")": "(", "]": "[", "}": "{"}
SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def is_safe_address(address: str) -> bool:
    """Say whether a link may lead there: to the web or to a letter, and to nothing on this site."""
    return SAFE.match(address) is not None


def link_address(state: StateInline, silent: bool) -> bool:
    """Make a link of an address as typed, from its "://" on; here, before `_` and `*` in it mean anything."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    found = SCHEME.search(state.pending[-LONGEST_SCHEME - 1 :])
    rest = found and AFTER_SCHEME.match(state.src, state.pos, state.posMax)
    if not found or not rest:
        return False
    scheme = found.group()
    address = scheme + cut_address(rest.group())
    if address == f"{scheme}://":  # That it ends so is not enough: each part of http://http:// would be looked at anew.
        return False
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = state.md.normalizeLinkText(address)
        state.push("link_close", "a", -1)
    state.pos += len(address) - len(scheme)
    return True


def cut_address(rest: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    brackets: list[str] = []
    for place, character in enumerate(rest):
        if character in "([{":
            brackets.append(character)
        elif character in CLOSING and (not brackets or brackets.pop() != CLOSING[character]):
            rest = rest[:place]
            break
    return "://" + rest[3:].rstrip(NEVER_LAST)
