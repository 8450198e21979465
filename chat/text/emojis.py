"""Emoji by name: `:tada:` and the like."""

import re
from functools import cache

import emoji

from chat.text.keywords import is_of_word

SEPARATORS = re.compile(r"[^\w+-]+_*|__+")
LONGEST_ONLY = 24  # More emoji than fit a line are a text of emoji, not a big one.
# Beside these a colon belongs to what is typed: an address, a path, an identifier, a formula.
HOLDING = set(":/\\#$+=|-")
OF_EMOJI = set("\ufe0f\u200d\u20e3")  # Marks to Unicode, but not of a letter.


@cache
def named_emoji() -> dict[str, str]:
    """Return {name: character} of all names; made once, in 20 ms.

    In small letters, and with `_` for whatever Markdown could see something in: `st_kitts_nevis`.
    """
    names: dict[str, str] = {}
    for character, data in emoji.EMOJI_DATA.items():
        if data["status"] == emoji.STATUS["fully_qualified"]:
            for name in (*data.get("alias", ()), data["en"]):
                names.setdefault(SEPARATORS.sub("_", name.lower()).strip("_"), character)
    return names


def is_meant(before: str, after: str) -> bool:
    """Say whether `:names:` between two characters, or the ends of a line, are emoji: they stand by themselves."""
    return not is_held(before) and not is_held(after)


def is_held(beside: str) -> bool:
    return bool(beside) and (beside in HOLDING or (is_of_word(beside) and beside not in OF_EMOJI))


def is_only_emoji(text: str) -> bool:
    """Say whether a text is a few emoji and nothing else, so that they may be shown large."""
    text = "".join(text.split())
    return 0 < len(text) <= 8 * LONGEST_ONLY and emoji.purely_emoji(text) and emoji.emoji_count(text) <= LONGEST_ONLY
