"""The @names and emoji names in the text that remains when Markdown is parsed."""

import re
from collections.abc import Iterator, Mapping, MutableMapping

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from accounts.names.folded_text import fold
from chat.text.emojis import is_meant, named_emoji
from chat.text.typed_names import NAME, may_begin, readings

EVERYBODY_NAME = "room"  # as in @room
EVERYBODY = 0  # Its id, where users have theirs.
NAME_OR_EMOJI = re.compile(rf"@(?P<name>{NAME})|(?P<emoji>(?::[\w+-]{{1,80}}:)+)")
A_MENTION = re.compile('data-user="([0-9]+)">@([^<]+)<')
A_NAME = re.compile(f"@({NAME})")


def names_in(text: str) -> set[str]:
    """Return the usernames that a text may mention, to look them up before it is rendered."""
    if "@" not in text:
        return set()
    # May be more than it mentions: the character before an @ is known only when Markdown's signs are removed.
    return {form for name in A_NAME.findall(text) for reading in readings(name) for form in (reading, fold(reading))}


def named_in(html: str) -> dict[str, int]:
    """Return the users that a message's HTML mentions: {name as typed: user id}."""
    return {name: int(user_id) for user_id, name in A_MENTION.findall(html)}


def mark_names(state: StateCore) -> None:
    """Mark mentions, and replace names of emoji by emoji, but not in links and code."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(marked(block.children, state.env))


def marked(tokens: list[Token], environment: MutableMapping) -> Iterator[Token]:
    links = 0
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        links += token.nesting if token.tag == "a" else 0
        if token.type == "text" and not links and ("@" in token.content or ":" in token.content):
            yield from split(token.content, environment, (shown(before)[-1:], shown(after)[:1]))
        else:
            yield token


def shown(token: Token | None) -> str:
    """Return the text of a token beside a name. A link or code counts as a letter, so that no name begins beside it."""
    if token is None or token.type in ("text", "text_special"):
        return token.content if token else ""
    return "a" if token.tag in ("a", "code") else ""


def split(text: str, environment: MutableMapping, beside: tuple[str, str] = ("", "")) -> Iterator[Token]:
    """Yield the tokens of a text: words, mentions, emoji. `beside`: the characters before and after the text."""
    place = 0
    while match := NAME_OR_EMOJI.search(text, place):
        name = match["name"] if match["name"] and may_begin(text, match.start()) else ""
        person = find_person(name, environment["people"])
        characters = find_emoji(text, match, beside) if match["emoji"] else ""
        if person:
            name, user_id = person
            environment["mentions"].add(user_id)
            yield words(text[place : match.start()])
            yield from mention(name, user_id)
            place = match.start() + 1 + len(name)
        elif characters:
            yield words(text[place : match.start()] + characters)
            place = match.end()
        else:  # The colon that ends no name may start one: "10:30 :tada:".
            end = match.end() if name else match.start() + 1 if match["name"] else match.end() - 1
            yield words(text[place:end])
            place = end
    yield words(text[place:])


def find_emoji(text: str, names: re.Match, beside: tuple[str, str]) -> str:
    """Return the emoji for `:names:` side by side; "" if one is unknown, or if they are part of a word."""
    start, end = names.span()
    if not is_meant(text[start - 1] if start else beside[0], text[end : end + 1] or beside[1]):
        return ""
    characters = [named_emoji().get(name.lower(), "") for name in names["emoji"].strip(":").split("::")]
    return "".join(characters) if all(characters) else ""


def find_person(name: str, people: Mapping[str, int]) -> tuple[str, int] | None:
    """Return the part of a typed name that is a username, and the user's id. None if no part is one."""
    for reading in readings(name):
        for form in (reading, fold(reading)):
            if form in people:
                return reading, people[form]
    return None


def words(text: str) -> Token:
    return Token("text", "", 0, content=text)


def mention(name: str, user_id: int) -> Iterator[Token]:
    is_everybody = user_id == EVERYBODY
    attributes: dict = {"class": "mention", "data-user": str(user_id)}
    if is_everybody:
        attributes = {"class": "mention everybody"}
    yield Token("mention_open", "bdi", 1, attrs=attributes)
    yield words(f"@{name}")
    yield Token("mention_close", "bdi", -1)
