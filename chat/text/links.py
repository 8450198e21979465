"""Links with a text of their own, `[text](address)`: the text never names another host than the address."""

import re
import unicodedata
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, link
from markdown_it.token import Token

from accounts.names.validators import is_visible
from chat.text.typed_urls import shown_address

# What a person reads as a host or an email address in the text of a link.
NAMED_HOST = re.compile(r"(?:([\w.+-]+)@)?((?:[\w-]+\.)+[^\W\d_]{2,})")
HOST_OF = re.compile(r"(?:https?://|mailto:([^@]*)@)([^/?#:]*)", re.IGNORECASE)
# Endings of file names; no host ends with one of them.
FILES = {"txt", "json", "html", "js", "css", "pdf", "png", "jpg", "jpeg", "gif", "svg", "yml", "yaml", "toml", "cfg",
         "xml", "csv", "log", "doc", "docx", "xlsx", "gz", "ts", "java", "cpp", "exe", "lock", "ini"}  # fmt: skip


def link_picture(state: StateInline, silent: bool) -> bool:
    """Make a link of `![text](address)`: pictures of other sites are not loaded."""
    if not state.src.startswith("![", state.pos) or (state.pos and state.src[state.pos - 1].isalnum()):
        return False
    state.pos += 1
    first = len(state.tokens)
    if not link(state, silent):
        state.pos -= 1
        return False
    if not silent:
        state.tokens[first:] = checked_picture(state.tokens[first:], is_inside_link=bool(state.linkLevel))
    return True


def checked_picture(tokens: list[Token], *, is_inside_link: bool) -> list[Token]:
    """Return the tokens of a picture's link: inside another link its text, without an address all as it was typed."""
    if is_inside_link:
        return [token for token in tokens if token.tag != "a"]
    place = next(index for index, token in enumerate(tokens) if token.type == "link_open")
    sign = [] if tokens[place].attrs.get("href") else [Token("text", "", 0, content="!")]
    return [*tokens[:place], *sign, *tokens[place:]]


def check_links(state: StateCore) -> None:
    """Show the address of each link whose text is empty or names another host."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "](" in block.content:
            block.children = list(checked(block.children))


def checked(tokens: list[Token]) -> Iterator[Token]:
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type != "link_open":
            yield token
            place += 1
            continue
        end = next(index for index in range(place, len(tokens)) if tokens[index].type == "link_close")
        yield from honest(tokens[place], tokens[place + 1 : end], tokens[end])
        place = end + 1


def honest(start: Token, inside: list[Token], end: Token) -> Iterator[Token]:
    """Yield a link whose text cannot be mistaken for another address."""
    href = str(start.attrs.get("href", ""))
    words = "".join(token.content for token in inside)
    if not href:
        yield Token("text", "", 0, content="[")
        yield from inside
        yield Token("text", "", 0, content="]()")
    elif not is_visible(words):
        yield from (start, Token("text", "", 0, content=shown_address(href)), end)
    elif is_auto(words, href) or not names_another_host(words, href):
        yield from (start, *inside, end)
    else:
        yield from inside
        yield Token("text", "", 0, content=" (")
        yield from (start, Token("text", "", 0, content=shown_address(href)), end)
        yield Token("text", "", 0, content=")")


def is_auto(words: str, href: str) -> bool:
    return words == href or words == shown_address(href)


def names_another_host(words: str, href: str) -> bool:
    """Return whether the text of a link names another host, or another email address, than its address."""
    found = HOST_OF.match(href)
    if not found:
        return True
    person, host = found.groups()
    host = host.lower()
    seen = "".join(character for character in words if unicodedata.category(character) != "Cf")
    for name, named in NAMED_HOST.findall(unicodedata.normalize("NFKC", seen).replace("。", ".").lower()):
        if named.rpartition(".")[2] in FILES:
            continue
        short = named.removeprefix("www.")
        if host != short and not host.endswith(f".{short}"):
            return True
        if name and person is not None and person.lower() != name:
            return True
    return False
