"""Search terms, and what it means that a text contains one.

The index only proposes messages; these functions decide.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Letters and digits of scripts that put spaces between words. In all others (Chinese, Japanese, Thai, Korean …) and
# for signs and emoji
# a word begins at each character, so that any part of a text is found.
WORD = r"(?:(?=[\u0000-\u08ff\u1e00-\u1fff\u2c60-\u2c7f\ua640-\ua7ff])[^\W_]|[\u0300-\u036f\u0483-\u0489])"
# Each place where a word begins, with its first two characters: overlapping, because signs begin a word each.
STARTS = re.compile(rf"(?:(?<!{WORD})|(?!{WORD}))(?=(\S\S?))")
# The same for ASCII, in half the time.
ASCII_STARTS = re.compile(r"(?:(?<![a-zA-Z0-9])|(?![a-zA-Z0-9]))(?=(\S\S?))", re.ASCII)
WORD_CHARACTER = re.compile(WORD)
# Terms of as many characters are found inside words; shorter ones only where a word begins: "is" is in every second
# message.
INSIDE_CHARACTERS = 3


class Term(NamedTuple):
    """One folded piece of text that is searched for. `is_exact`: it was quoted, so whole words are meant."""

    text: str
    is_exact: bool = False

    @property
    def is_inside(self) -> bool:
        """Whether it is also found in the middle of a word."""
        return not self.is_exact and len(self.text) >= INSIDE_CHARACTERS

    def is_in(self, searchable: str) -> bool:
        """Say whether a text, as `folding.searchable` returns it, contains this term."""
        return self.text in searchable and (self.is_inside or next(self.find(searchable), None) is not None)

    def find(self, searchable: str) -> Iterator[tuple[int, int]]:
        """Yield where the term stands in a folded text."""
        for found in re.finditer(self.pattern, searchable):
            yield found.span()

    @property
    def sign(self) -> str:
        """A text that stands only in texts with this term, where these begin and end with a space."""
        if self.is_inside:
            return self.text
        start = " " if WORD_CHARACTER.match(self.text[0]) else ""
        end = " " if self.is_exact and WORD_CHARACTER.match(self.text[-1]) else ""
        return f"{start}{self.text}{end}"

    @property
    def pattern(self) -> str:
        """The regular expression of the places where it counts as found."""
        if self.is_inside:
            return re.escape(self.text)
        return pattern_of(self.text, ends=self.is_exact)

    def fit(self, searchable: str) -> int:
        """Return how well it stands in a text that contains it: 3 as a whole word, 2 at the start of a word, else 1."""
        if re.search(pattern_of(self.text, ends=True), searchable):
            return 3
        return 2 if re.search(pattern_of(self.text), searchable) else 1


def pattern_of(text: str, *, ends: bool = False) -> str:
    """Return the regular expression of a text where a word begins; with `ends`, where one ends as well."""
    pattern = re.escape(text)
    if WORD_CHARACTER.match(text[0]):
        pattern = rf"(?<!{WORD}){pattern}"
    if ends and WORD_CHARACTER.match(text[-1]):
        pattern = rf"{pattern}(?!{WORD})"
    return pattern
