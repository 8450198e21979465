"""The files of a found message as results show them: which of them have the words that were searched for, and where."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chat.models import Message
from chat.pages.message_files import find_icon
from chat.search.message_documents import read_files, read_words
from search.excerpts import ExcerptPart, make_excerpt
from search.folding import join_searchable, searchable
from search.terms import Term

MOST_SHOWN = 3
# A line of a text file may be the whole file. It is looked at in pieces, which overlap so that no word is cut.
PIECE_CHARACTERS, OVERLAP_CHARACTERS = 1_000, 100


class MatchedFile(NamedTuple):
    """A file of a result. `parts`: an excerpt of its description or its text with the words; may be empty."""

    icon: str
    name: list[ExcerptPart]
    parts: list[ExcerptPart]


class FoundFiles(NamedTuple):
    """The files that a result shows, those with the words first, and the number of the others."""

    shown: list[MatchedFile]
    more: int = 0


def match_files(message: Message, terms: Sequence[Term]) -> FoundFiles:
    """Return the files of a found message. One query, if only the text of a file can have some of the terms."""
    if not message.files:
        return FoundFiles([])
    texts = read_files(message) if is_any_missing(message, terms) else {}
    found = [show_found(file, texts.get(file["id"], ""), terms) for file in message.files]
    found.sort(key=lambda file: not is_marked(file))
    return FoundFiles(found[:MOST_SHOWN], len(found[MOST_SHOWN:]))


def is_any_missing(message: Message, terms: Sequence[Term]) -> bool:
    words = join_searchable(read_words(message))
    return not all(term.is_in(words) for term in terms)


def show_found(file: dict, text: str, terms: Sequence[Term]) -> MatchedFile:
    parts = excerpt_with(file["alt"], terms) or excerpt_with(text, terms)
    return MatchedFile(find_icon(file), make_excerpt(file["name"], terms), parts)


def is_marked(file: MatchedFile) -> bool:
    return any(part.is_term for part in [*file.name, *file.parts])


def excerpt_with(text: str, terms: Sequence[Term]) -> list[ExcerptPart]:
    """Return an excerpt around the first of the terms that stands in a text. Empty where none does."""
    for piece in pieces_of(text):
        folded = searchable(piece)
        if any(term.is_in(folded) for term in terms):
            return make_excerpt(piece, terms)
    return []


def pieces_of(text: str) -> Iterator[str]:
    for line in text.splitlines():
        step = PIECE_CHARACTERS - OVERLAP_CHARACTERS
        for start in range(0, max(1, len(line) - OVERLAP_CHARACTERS), step):
            yield line[start : start + PIECE_CHARACTERS]
