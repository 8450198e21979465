"""The names of emoji: `:tada:` and the like."""

import re
from functools import cache

import emoji

from chat.text.keywords import is_of_word

SEPARATORS = re.compile(r"[^\w+-]+_*|__+")
LONGEST_ONLY = 24  # As many large emoji fit into a line.
# Beside one of these, a colon is part of an address, a path, an identifier or a formula.
HOLDING = set(":/\\#$+=|-")
VARIATION = "\ufe0f"  # "show this character as an emoji"; some keyboards leave it out
MOST_CHARACTERS = 20  # the longest emoji, a kiss of two people with skin tones, has 10
OF_EMOJI = set("\ufe0f\u200d\u20e3")  # Unicode counts these as marks, but they belong to emoji and not to letters.


@cache
def named_emoji() -> dict[str, str]:
    """Return {name: character} for all emoji. The first call takes 20 ms.

    The names are in lower case, with `_` for each character that Markdown could interpret: `st_kitts_nevis`.
    """
    names: dict[str, str] = {}
    for character, data in emoji.EMOJI_DATA.items():
        if data["status"] == emoji.STATUS["fully_qualified"]:
            for name in (*data.get("alias", ()), data["en"]):
                names.setdefault(SEPARATORS.sub("_", name.lower()).strip("_"), character)
    return names


@cache
def qualified_emoji() -> dict[str, str]:
    """Return {character without its variation selectors: the character as it is to be written}. No bare skin tones."""
    qualified = emoji.STATUS["fully_qualified"]
    return {
        character.replace(VARIATION, ""): character
        for character, data in emoji.EMOJI_DATA.items()
        if data["status"] == qualified
    }


def clean_emoji(text: str) -> str | None:
    """Return the one emoji that a text is, in the same form however it was typed; None for any other text."""
    return qualified_emoji().get(text.replace(VARIATION, "")) if len(text) <= MOST_CHARACTERS else None


def is_meant(before: str, after: str) -> bool:
    """Return whether `:names:` between these characters ("" at the ends of a line) are emoji, not part of a word."""
    return not is_held(before) and not is_held(after)


def is_held(beside: str) -> bool:
    return bool(beside) and (beside in HOLDING or (is_of_word(beside) and beside not in OF_EMOJI))


def is_only_emoji(text: str) -> bool:
    """Return whether a text is nothing but a few emoji, which are shown large."""
    text = "".join(text.split())
    return 0 < len(text) <= 8 * LONGEST_ONLY and emoji.purely_emoji(text) and emoji.emoji_count(text) <= LONGEST_ONLY
