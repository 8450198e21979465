"""Find the words of which people want to hear, in what is said."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Scripts that put no space between words, or hang endings on them as Korean does: Thai, Lao, Tibetan, Burmese, Khmer,
# the Chinese characters, kana and Hangul. There a word is found as a part of what stands around it.
WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u318f\u31a0-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U000323af]"
)


def find_keyword(words: Iterable[str], text: str) -> str | None:
    """Return the first of these words that a text has, whole and in any case. `text` comes from `folded`."""
    return next((word for word in words if has_word(text, folded(word))), None)


def folded(text: str) -> str:
    """Return a text in the form in which words are compared: one case, one way to write an accent or a width."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def has_word(text: str, word: str) -> bool:
    place = text.find(word) if word else -1
    while place >= 0:
        end = place + len(word)
        if not (is_joined(text[place - 1 : place], word[0]) or is_joined(word[-1], text[end : end + 1])):
            return True
        place = text.find(word, place + 1)
    return False


def is_joined(one: str, other: str) -> bool:
    """Say whether two neighbours belong to the same word."""
    return bool(one and other) and is_of_word(one) and is_of_word(other)


@lru_cache(maxsize=4096)
def is_of_word(character: str) -> bool:
    """Say whether a character makes a longer word of what it stands beside; accents written apart do."""
    is_letter = character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
    return is_letter and not WITHOUT_SPACES.match(character)
