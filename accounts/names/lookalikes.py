"""Usernames that look like others: a small part of the skeletons of Unicode's UTS #39."""

from accounts.names.folded_text import fold

# Lower-case letters of other scripts that look like these Latin ones.
LOOKALIKES = {
    "a": "аɑα",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еҽ",
    "g": "ɡց",
    "h": "һհ",
    "i": "іɩι",
    "j": "јϳյ",
    "k": "κк",
    "l": "ӏ",
    "n": "ոռ",
    "o": "оοօ",
    "p": "рρ",
    "q": "ԛզ",
    "r": "г",
    "s": "ѕꜱ",
    "u": "υս",
    "v": "νѵ",
    "w": "ѡԝ",
    "x": "хχ",
    "y": "уγү",
}
LATIN = str.maketrans({other: latin for latin, others in LOOKALIKES.items() for other in others})


def skeleton(name: str) -> str:
    """Return one text for all names that look the same: "ada" for "аda" with a Cyrillic а."""
    return fold(name).translate(LATIN)
