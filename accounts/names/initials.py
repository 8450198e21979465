"""Initials and hue of a user without a picture. static/js has the same rules."""

import unicodedata
from collections.abc import Iterator
from uuid import UUID

ZERO_WIDTH_JOINER = "\u200d"
REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
SKIN_TONES = range(0x1F3FB, 0x1F400)


def find_initials(name: str) -> str:
    """Return the first characters of the first and last word, or the first two of a single word."""
    words = [word for word in map(without_leading_punctuation, name.split()) if word]
    if not words:
        return "?"
    if len(words) == 1:
        return "".join(list(graphemes(words[0]))[:2]).upper()
    return "".join(next(graphemes(word)) for word in (words[0], words[-1])).upper()


def find_hue(user_id: int | str | UUID) -> int:
    """Return a user's hue, one of the 24 in colors.css. The factor 137 gives adjacent ids distant hues."""
    number = user_id if isinstance(user_id, int) else sum(str(user_id).encode())
    return number * 137 % 24


def without_leading_punctuation(word: str) -> str:
    while word and unicodedata.category(word[0]).startswith("P"):
        word = word[1:]
    return word


def graphemes(text: str) -> Iterator[str]:
    """Split a text into the characters that a reader sees: accents, joined emoji and flags stay whole."""
    cluster = ""
    for character in text:
        if cluster and not continues_cluster(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def continues_cluster(cluster: str, character: str) -> bool:
    return (
        cluster[-1] == ZERO_WIDTH_JOINER
        or character == ZERO_WIDTH_JOINER
        or unicodedata.category(character).startswith("M")
        or ord(character) in SKIN_TONES
        or (len(cluster) == 1 and ord(cluster) in REGIONAL_INDICATORS and ord(character) in REGIONAL_INDICATORS)
    )
