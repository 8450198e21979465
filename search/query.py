"""The language of the search box: words, "phrases", -without, and filters like `from:ada`."""

import re
from typing import NamedTuple

from search.folding import fold_text, join_number
from search.terms import Term

# What keyboards of phones and of some languages write for ".
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
MOST_CHARACTERS = 400
MOST_PIECES = 24
FILTERS = ("from", "in", "before", "after", "on", "has", "is")
# A quoted value may follow a filter's name: in:"launch plan". A quote that is not closed ends with the query.
PIECE = re.compile(
    rf'(?P<minus>-?)(?:(?P<name>{"|".join(FILTERS)}):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S+))', re.IGNORECASE
)


class Filter(NamedTuple):
    """A condition on a message that is not about its words: `from:ada`, or `-from:ada`."""

    name: str
    value: str
    is_negated: bool = False


class Piece(NamedTuple):
    """One part of a query as it was typed, for showing it as a chip that can be removed."""

    source: str
    start: int
    end: int
    filter: Filter | None


class SearchQuery(NamedTuple):
    """A parsed query. `terms` must all be in a message, `excluded` must not."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.excluded or self.filters)


def parse_query(text: str) -> SearchQuery:
    """Parse a query. Every text is one; text beyond the bounds is ignored."""
    terms: dict[Term, None] = {}
    excluded: dict[Term, None] = {}
    filters: dict[Filter, None] = {}
    pieces = []
    for found in list(PIECE.finditer(text[:MOST_CHARACTERS].translate(QUOTES)))[:MOST_PIECES]:
        is_negated = bool(found["minus"])
        value = found["bare"] if found["quoted"] is None else found["quoted"]
        chosen = None
        if found["name"]:
            if not value.strip():
                continue
            chosen = Filter(found["name"].lower(), value.strip(), is_negated)
            filters[chosen] = None
        else:
            # A minus alone, or before a space, is a minus.
            term = make_term(value, is_exact=found["quoted"] is not None)
            if term is None:
                continue
            (excluded if is_negated else terms)[term] = None
        pieces.append(Piece(found[0], found.start(), found.end(), chosen))
    return SearchQuery(tuple(terms), tuple(excluded), tuple(filters), tuple(pieces))


def make_term(value: str, *, is_exact: bool = False) -> Term | None:
    """Return the term of a word or a phrase; None where nothing is left of it."""
    text = join_number(fold_text(value))
    return Term(text, is_exact) if text else None
