"""The order "best first": how well a message fits a query."""

from chat.models import Message
from chat.search.message_documents import read_words
from search.folding import join_searchable
from search.terms import Term

TOGETHER = 4  # for all the words, one behind the other
LONG_CHARACTERS = 400


def rank(messages: list[Message], terms: tuple[Term, ...]) -> list[Message]:
    """Return messages (the newest first) by how well they fit; of those that fit as well, the newest first.

    What stands only in the text of a file counts as a part of a word.
    """
    return sorted(messages, key=lambda message: -score(join_searchable(read_words(message)), terms))


def score(text: str, terms: tuple[Term, ...]) -> float:
    """Return how well a searchable text fits: whole words before parts of words, short texts before long ones."""
    points = sum(term.fit(text) for term in terms)
    if len(terms) > 1 and " ".join(term.text for term in terms) in text:
        points += TOGETHER
    return points / (1 + len(text) / LONG_CHARACTERS)
