"""URLs as people type them in messages: where one ends, where it leads, and how it is shown."""

import re
import unicodedata
from urllib.parse import unquote

from markdown_it.rules_inline import StateInline
from mdurl import encode

from accounts.names.validators import BLANKS
from chat.text.hosts import MOST_CHARACTERS, ascii_host, find_host, shown_host

SCHEME = re.compile(r"(?<![A-Za-z0-9_+.-])https?\Z", re.IGNORECASE)
LONGEST_SCHEME = len("https")
# The start of what a browser would take as a name and a password: the host comes after it.
USERINFO = re.compile(r"[\w.:%!$&'()*+,;=~\\-]*@")
IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+\]")
LAST_PORT = 65535
PORT = re.compile(r":([0-9]{1,5})(?![0-9A-Za-z_])")
# A browser takes the first two for a part of the host, and the rest cannot be seen.
HIDES_HOST = re.compile("[%\\\\@]|[\xad\u180e\u200b-\u200f\u2060-\u2069\ufeff](?=[.-]?[\\w%@])")
# The path, as far as no sign can end a sentence; letters of every script are part of it.
REST = re.compile(r"[/?#][^\s<>\"`]*")
NEVER_LAST = ".,:;!?'*_~–-"
CLOSING = {")": "(", "]": "[", "}": "{"}
JOINERS = "\u200c\u200d"  # Persian and Indic words need them: kept, and shown as the %-codes that they become.
IN_WORDS = "·・–" + JOINERS
PARTS = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
MAIL = re.compile(r"mailto:[^@\s<>\"%&?]+@([A-Za-z0-9.-]+)(?:\?[^\s<>\"]*)?\Z", re.IGNORECASE)
ENCODED = re.compile("(?:%[89a-fA-F][0-9a-fA-F])+")


def is_safe_address(address: str) -> bool:
    """Say whether a link may lead there: to the web or to a letter, and to nothing on this site."""
    return PARTS.match(address) is not None or MAIL.match(address) is not None


def link_address(state: StateInline, silent: bool) -> bool:
    """Make a link of an address as typed, from its "://" on; here, before `_` and `*` in it mean anything."""
    if state.src[state.pos] != ":" or state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    found = SCHEME.search(state.pending[-LONGEST_SCHEME - 1 :])
    end = find_end(state.src, state.pos + 3, state.posMax) if found else 0
    if not found or not end:
        return False
    scheme = found.group()
    address = scheme + state.src[state.pos : end]
    href = link_target(address)
    if not href:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = shown_address(address)
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def find_end(text: str, start: int, end: int) -> int:
    """Return where the address ends whose host begins at `start`; 0 if its host is not the one that it seems to be."""
    ipv6 = IPV6.match(text, start, end)
    place = ipv6.end() if ipv6 else find_host(text, start, end)[1]
    if (
        not start < place < start + MOST_CHARACTERS
        or HIDES_HOST.match(text, place, end)
        or USERINFO.match(text, start, end)
    ):
        return 0
    if port := PORT.match(text, place, end):
        if int(port[1]) > LAST_PORT:
            return 0
        place = port.end()
    rest = REST.match(text, place, end)
    return place + len(cut_rest(rest.group())) if rest else place


def cut_rest(rest: str) -> str:
    """Return a path without the punctuation of the sentence around it."""
    brackets: list[str] = []
    for place, character in enumerate(rest):
        if character in "([{":
            brackets.append(character)
        elif ends_address(character) or (
            character in CLOSING and (not brackets or brackets.pop() != CLOSING[character])
        ):
            rest = rest[:place]
            break
    return rest.rstrip(NEVER_LAST + JOINERS)


def ends_address(character: str) -> bool:
    """Say whether a character that is not ASCII belongs to the sentence: punctuation, a symbol, nothing to be seen."""
    if character.isascii():
        return False
    return (unicodedata.category(character)[0] not in "LMN" and character not in IN_WORDS) or character in BLANKS


def link_target(address: str) -> str:
    """Return where a link to this address leads, in ASCII; "" where no browser could go or it would hide its host."""
    parts = PARTS.fullmatch(address)
    if not parts:
        return encode(address) if MAIL.match(address) else ""
    scheme, authority, rest = parts.groups()
    host, port = split_port(authority)
    plain = host if IPV6.fullmatch(host) else ascii_host(host)
    return f"{scheme}://{plain}{port}{encode(rest)}" if plain else ""


def split_port(authority: str) -> tuple[str, str]:
    found = re.search(r":[0-9]{1,5}\Z", authority)
    return (authority[: found.start()], found.group()) if found else (authority, "")


def shown_address(address: str) -> str:
    """Return an address as it is shown: its host cannot pass for another, and nothing in it hides or turns round."""
    parts = PARTS.fullmatch(address)
    if not parts:
        return address.partition(":")[2]
    scheme, authority, rest = parts.groups()
    host, port = split_port(authority)
    return f"{scheme}://{shown_host(host)}{port}{shown_rest(rest)}"


def shown_rest(rest: str) -> str:
    """Return a path with %-codes for letters as these letters, and with %-codes for all that is not seen."""
    rest = ENCODED.sub(lambda codes: decode_letters(codes.group()), rest)
    if rest.isascii():
        return rest
    return "".join(
        encode(character) if ends_address(character) or character in JOINERS else character for character in rest
    )


def decode_letters(codes: str) -> str:
    """Return letters for the %-codes of letters: other signs could end the address before the eye, or turn it."""
    try:
        text = unquote(codes, errors="strict")
    except UnicodeDecodeError:
        return codes
    return "".join(
        character if character.isalpha() and character not in BLANKS else encode(character) for character in text
    )
