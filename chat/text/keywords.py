"""The search for users' keywords in messages: whole words, in any case."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from accounts.names.folded_text import fold

# Scripts without spaces between words, or with endings joined to them as in Korean: Thai, Lao, Tibetan, Burmese, Khmer,
# Chinese characters, kana and Hangul. A word in one of these is found inside other text, too.
WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u318f\u31a0-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U000323af]"
)

# Twice the longest message. Folding can make eighteen letters of one, but thousands of such letters are not words.
MOST_CHARACTERS = 16_000


def find_keywords(words: Iterable[str], text: str) -> list[str]:
    """Return those of `words` that a text contains, whole and in any case, in their order. `text` is from `folded`."""
    return [word for word in words if has_word(text, folded(word))]


def folded(text: str) -> str:
    """Return a text in the form in which words are compared: one case, one way to write an accent or a width."""
    return fold(text, MOST_CHARACTERS)


def has_word(text: str, word: str) -> bool:
    place = text.find(word) if word else -1
    while place >= 0:
        end = place + len(word)
        if is_joined(text[place - 1 : place], word[0]):
            place = text.find(word, next_beginning(text, place))
        elif is_joined(word[-1], text[end : end + 1]):
            place = text.find(word, place + 1)
        else:
            return True
    return False


def next_beginning(text: str, place: int) -> int:
    """Return where the word after the one at a position begins.

    To search on from the next character would take long: "aaaa…" has "aa" at each of them, and never as a word.
    """
    gap = map_words(text).find(" ", place)
    return gap + 1 if gap >= 0 else len(text)


@lru_cache(maxsize=4)
def map_words(text: str) -> str:
    """Return "w" for each character of a word and a space for each other. Cached for the keywords of one message."""
    return "".join("w" if is_of_word(character) else " " for character in text)


def is_joined(one: str, other: str) -> bool:
    """Return whether two adjacent characters belong to the same word."""
    return bool(one and other) and is_of_word(one) and is_of_word(other)


@lru_cache(maxsize=4096)
def is_of_word(character: str) -> bool:
    """Return whether a character makes the word beside it longer; a combining accent does."""
    is_letter = character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
    return is_letter and not WITHOUT_SPACES.match(character)
