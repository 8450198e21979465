"""The pages of the results of a search, in both orders."""

from typing import NamedTuple

from chat.search.results import RESULTS_A_PAGE, Results, end_of, search_best, search_messages
from realtime.shared.cursors import make_cursor, read_cursor
from search.query import SearchQuery


class ResultPage(NamedTuple):
    """What a page shows, and the cursors of two others, if there are any.

    `next`: of the page behind it, in its order. `older`: of the messages that were not ranked, the newest first.
    """

    found: Results
    is_first: bool = True
    next: str | None = None
    older: str | None = None


def read_newest(user, query: SearchQuery, cursor: str | None) -> ResultPage:
    """Return a page of the matches, the newest first."""
    [before] = read_cursor("search", cursor) or [None]
    found = search_messages(user, query, before=before)
    return ResultPage(found, is_first=before is None, next=newest_cursor(found.next))


def read_best(user, query: SearchQuery, cursor: str | None) -> ResultPage:
    """Return a page of the newest matches, those that fit best first. Each ranks all of them."""
    before, begin = read_cursor("search-best", cursor) or [None, 0]
    ranked = search_best(user, query, before=before)
    end = begin + RESULTS_A_PAGE
    found = ranked._replace(messages=ranked.messages[begin:end])
    if end < len(ranked.messages):
        # What is posted meanwhile moves nothing to another page.
        start = end_of(ranked.messages) if before is None else before
        return ResultPage(found, is_first=not begin, next=make_cursor("search-best", start, end))
    return ResultPage(found, is_first=not begin, older=newest_cursor(ranked.next))


def newest_cursor(position: int | None) -> str | None:
    return None if position is None else make_cursor("search", position)
