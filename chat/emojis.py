"""Emoji by name: `:tada:` and the like."""

from functools import cache

import emoji

LONGEST_ONLY = 24  # More emoji than fit a line are a text of emoji, not a big one.


@cache
def named_emoji() -> dict[str, str]:
    """Return {name: character} of all names, in small letters without colons; made once, in 10 ms."""
    names: dict[str, str] = {}
    for character, data in emoji.EMOJI_DATA.items():
        if data["status"] == emoji.STATUS["fully_qualified"]:
            for name in (*data.get("alias", ()), data["en"]):
                names.setdefault(name.strip(":").lower(), character)
    return names


def is_only_emoji(text: str) -> bool:
    """Say whether a text is a few emoji and nothing else, so that they may be shown large."""
    text = "".join(text.split())
    return 0 < len(text) <= 8 * LONGEST_ONLY and emoji.purely_emoji(text) and emoji.emoji_count(text) <= LONGEST_ONLY
