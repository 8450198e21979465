"""Documents: what an index keeps of a message, and which documents a search asks it for."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from search.folding import join_searchable
from search.terms import Term
from search.tokens import FACT, tokens_for, tokens_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Documents are ordered by time. Of two within a millisecond these bits of their ids decide.
ID_BITS = 21


def position_at(created_at: datetime, id: int = 0) -> int:
    """Return where a document stands among all:

    42 bits of milliseconds since 1970, until 2109, and 21 bits of its id.
    """
    milliseconds = (created_at - EPOCH) // timedelta(milliseconds=1)
    return milliseconds << ID_BITS | id & (1 << ID_BITS) - 1


def end_of_position(position: int) -> datetime:
    """Return the end of the millisecond in which a document with that position was created."""
    return EPOCH + timedelta(milliseconds=(position >> ID_BITS) + 1)


def room_fact(room_id: int) -> str:
    """Return the fact that each document of a room has."""
    return f"room.{room_id}"


class Document(NamedTuple):
    """One message in the index. `text`: searchable; `facts`: what filters ask about, as "author.7" or "link"."""

    position: int
    id: int
    room_id: int
    facts: tuple[str, ...]
    text: str

    @property
    def tokens(self) -> set[str]:
        return tokens_of(self.text, self.facts)


class Candidates(NamedTuple):
    """A request to an index: documents that have all these, newest first. It may propose some that do not match.

    `facts` and `excluded_facts`: of each inner tuple of `facts` a document has one at least, of `excluded_facts` it
    has none. Most documents with an `excluded` term are left out.
    `since` (included) and `until` (excluded) are positions.
    """

    rooms: frozenset[int]
    terms: tuple[Term, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    excluded_facts: tuple[str, ...] = ()
    excluded: tuple[Term, ...] = ()
    since: int | None = None
    until: int | None = None

    @property
    def tokens(self) -> set[str]:
        """Return the tokens that each document must have."""
        return {token for term in self.terms for token in tokens_for(term)}

    def before(self, position: int | None) -> "Candidates":
        """Return the same with only those before a position, if there is one."""
        ends = [end for end in (position, self.until) if end is not None]
        return self._replace(until=min(ends, default=None))

    @property
    def choices(self) -> list[list[str]]:
        """Return lists of tokens of which each document must have one."""
        return [[FACT + fact for fact in facts] for facts in self.facts]


def make_document(id: int, room_id: int, created_at: datetime, facts: tuple[str, ...], *texts: str) -> Document:
    """Return a document of texts as people read them. A phrase is found within one of them."""
    return Document(position_at(created_at, id), id, room_id, facts, join_searchable(texts))
