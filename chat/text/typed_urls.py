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
# A browser reads this as a user name and a password, and expects the host after it.
USERINFO = re.compile(r"[\w.:%!$&'()*+,;=~\\-]*@")
IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+\]")
LAST_PORT = 65535
PORT = re.compile(r":([0-9]{1,5})(?![0-9A-Za-z_])")
# After a host: signs with which a browser finds another host than a reader does, and invisible characters.
HIDES_HOST = re.compile("[%\\\\@]|[\xad\u180e\u200b-\u200f\u2060-\u2069\ufeff](?=[.-]?[\\w%@])")
# The rest of a URL, with letters of every script. `cut_rest` removes the punctuation of the sentence around it.
REST = re.compile(r"[/?#][^\s<>\"`]*")
NEVER_LAST = ".,:;!?'*_~–-"
CLOSING = {")": "(", "]": "[", "}": "{"}
JOINERS = "\u200c\u200d"  # Persian and Indic words need them. They are kept, and shown as %-codes.
IN_WORDS = "·・–" + JOINERS
PARTS = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
MAIL = re.compile(r"mailto:[^@\s<>\"%&?]+@([A-Za-z0-9.-]+)(?:\?[^\s<>\"]*)?\Z", re.IGNORECASE)
ENCODED = re.compile("(?:%[89a-fA-F][0-9a-fA-F])+")


def is_safe_address(address: str) -> bool:
    """Return whether a link may have this address: http, https or mailto; a relative one would lead to this site."""
    return PARTS.match(address) is not None or MAIL.match(address) is not None


def link_address(state: StateInline, silent: bool) -> bool:
    """Make a link of a typed address, found by its "://". This rule comes before those for `_` and `*`."""
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
    """Return the end of the address whose host begins at `start`; 0 if none does, or a browser finds another host."""
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
    """Return whether a non-ASCII character ends an address: punctuation, a symbol, or an invisible character."""
    if character.isascii():
        return False
    return (unicodedata.category(character)[0] not in "LMN" and character not in IN_WORDS) or character in BLANKS


def link_target(address: str) -> str:
    """Return an address in ASCII, for a link; "" if no browser could open it, or a user name would hide its host."""
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
    """Return an address as it is shown: nobody can mistake its host for another, and nothing is hidden or reordered."""
    parts = PARTS.fullmatch(address)
    if not parts:
        return address.partition(":")[2]
    scheme, authority, rest = parts.groups()
    host, port = split_port(authority)
    return f"{scheme}://{shown_host(host)}{port}{shown_rest(rest)}"


def shown_rest(rest: str) -> str:
    """Return a path with its letters decoded, and with %-codes for invisible characters and non-ASCII punctuation."""
    rest = ENCODED.sub(lambda codes: decode_letters(codes.group()), rest)
    if rest.isascii():
        return rest
    return "".join(
        encode(character) if ends_address(character) or character in JOINERS else character for character in rest
    )


def decode_letters(codes: str) -> str:
    """Decode %-codes of letters only: another character could look like the end of the address, or reorder it."""
    try:
        text = unquote(codes, errors="strict")
    except UnicodeDecodeError:
        return codes
    return "".join(
        character if character.isalpha() and character not in BLANKS else encode(character) for character in text
    )
