"""Excerpts of found texts, with the places of the terms in them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from search.folding import fold_text
from search.terms import Term

CHARACTERS = 280
BEFORE_FIRST = 60  # so much of it stands before the first term
SEPARATOR = "[.,'’_ ]?"


class ExcerptPart(NamedTuple):
    """A stretch of an excerpt; `is_term`: it is what was searched for."""

    text: str
    is_term: bool = False


def make_excerpt(text: str, terms: Iterable[Term]) -> list[ExcerptPart]:
    """Return a text on one line, cut around the first term, in parts."""
    text = " ".join(text.split())
    spans = join_spans(find_terms(text, terms))
    start, end = cut_around(text, spans[0] if spans else (0, 0))
    parts = [ExcerptPart("…")] if start else []
    at = start
    for first, last in spans:
        if first >= end:
            break
        parts += [ExcerptPart(text[at:first]), ExcerptPart(text[first : min(last, end)], is_term=True)]
        at = min(last, end)
    parts.append(ExcerptPart(text[at:end] + ("…" if end < len(text) else "")))
    return [part for part in parts if part.text]


def cut_around(text: str, first: tuple[int, int]) -> tuple[int, int]:
    """Return where the excerpt begins and ends, between words where there are spaces near."""
    if len(text) <= CHARACTERS:
        return 0, len(text)
    start = max(0, min(first[0] - BEFORE_FIRST, len(text) - CHARACTERS))
    if start:
        space = text.find(" ", start, first[0])
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + CHARACTERS)
    if end < len(text):
        space = text.rfind(" ", max(first[1], end - BEFORE_FIRST), end)
        end = space if space >= 0 else end
    return start, end


def join_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def find_terms(text: str, terms: Iterable[Term]) -> Iterator[tuple[int, int]]:
    """Yield where terms stand in a text, which is folded character by character to know."""
    folded, places = fold_in_places(text)
    for term in terms:
        for found in re.finditer(mark_pattern(term), folded):
            # A character may fold to several: "ß" is marked where "ss" or one of its "s" was found.
            yield places[found.start()], places[found.end() - 1] + length_at(text, places[found.end() - 1])


def mark_pattern(term: Term) -> str:
    """Return the term's pattern, with which a number is found whether it is written with separators or without."""
    if term.text.isdecimal():
        return SEPARATOR.join(term.text)
    return term.pattern


def fold_in_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the place in `text` from which it comes."""
    folded: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + length_at(text, at)
        piece = " " if text[at].isspace() else fold_text(text[at:end])
        folded.append(piece)
        places += [at] * len(piece)
        at = end
    return "".join(folded), places


def length_at(text: str, at: int) -> int:
    """Return how long the character at a place is with the marks that belong to it."""
    end = at + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end - at
