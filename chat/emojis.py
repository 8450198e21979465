"""Emoji by name: `:tada:` and the like."""

import re
from functools import cache

import emoji

SEPARATORS = re.compile(r"[^\w+-]+_*|__+")
LONGEST_ONLY = 24  # More emoji than fit a line are a text of emoji, not a big one.


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


def is_only_emoji(text: str) -> bool:
    """Say whether a text is a few emoji and nothing else, so that they may be shown large."""
    text = "".join(text.split())
    return 0 < len(text) <= 8 * LONGEST_ONLY and emoji.purely_emoji(text) and emoji.emoji_count(text) <= LONGEST_ONLY
