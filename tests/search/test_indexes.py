"""The index proposes every document that matches; on PostgreSQL tests/chat/test_on_postgresql.py runs this, too."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import Candidates, Document, make_document, position_at
from search.query import make_term

FIRST = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORDS = (
    "build builds Größe groesse toaster 東京 東京都 京都 สวัสดี привет 👍 c# std::x 1,234 1234 a an ' \" % _ \\ * AND"
).split()
SPACED = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
TEXTS = SPACED | st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
TERMS = st.sampled_from(WORDS) | TEXTS.filter(bool) | st.text("abcdlu東京👍#1'\"%_*", min_size=1, max_size=4)


def document(number: int, text: str, *, room_id: int = 1, facts: tuple[str, ...] = ()) -> Document:
    return make_document(number, room_id, FIRST + timedelta(seconds=number), (*facts, f"room.{room_id}"), text)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=12),
    terms=st.lists(st.tuples(TERMS | SPACED.filter(bool), st.booleans()), max_size=3),
    unwanted=st.lists(st.tuples(TERMS | SPACED.filter(bool), st.booleans()), max_size=2),
    rooms=st.frozensets(st.integers(1, 3)),
    wants_link=st.booleans(),
)
def test_every_document_that_matches_is_proposed(index, way, texts, terms, unwanted, rooms, wants_link):
    documents = [
        document(number, text, room_id=number % 3 + 1, facts=("link",) * (number % 2))
        for number, text in enumerate(texts, start=1)
    ]
    index.clear("tests")
    index.write(documents, [], {1: 4, 2: 4, 3: 4})
    made, excluded = (
        tuple(term for text, is_exact in some if (term := make_term(text, is_exact=is_exact)))
        for some in (terms, unwanted)
    )
    wanted = Candidates(rooms, made, (("link", "image"),) if wants_link else (), excluded=excluded)
    matching = [
        document.id
        for document in reversed(documents)
        if document.room_id in rooms
        and (not wants_link or "link" in document.facts)
        and all(term.is_in(document.text) for term in made)
        and not any(term.is_in(document.text) for term in excluded)
    ]
    proposed = [pk for _, pk in index.find(wanted, before=None, limit=100)]
    assert proposed == sorted(proposed, reverse=True)
    assert [pk for pk in proposed if pk in matching] == matching
    assert set(proposed) - set(matching) <= {document.id for document in documents if document.room_id in rooms}


@pytest.fixture
def filled(index):
    index.write(
        [document(number, f"hello {number}") for number in range(1, 11)],
        [],
        {1: 10},
    )
    return index


def ids(index, text="hello", *, before=None, limit=20, **more) -> list[int]:
    term = make_term(text)
    position = None if before is None else at(before) + before
    return [pk for _, pk in index.find(Candidates(frozenset({1}), (term,), **more), before=position, limit=limit)]


def at(seconds: int) -> int:
    """Return the position at which that second begins."""
    return position_at(FIRST + timedelta(seconds=seconds))


def test_a_page_after_the_other(filled, way):
    assert ids(filled, limit=4) == [10, 9, 8, 7]
    assert ids(filled, before=7, limit=4) == [6, 5, 4, 3]
    assert ids(filled, before=3) == [2, 1]


def test_days(filled, way):
    assert ids(filled, since=at(3), until=at(6)) == [5, 4, 3]


def test_facts_that_are_excluded(filled, way):
    assert ids(filled, excluded_facts=("room.1",)) == []


def test_most_documents_with_excluded_words_are_left_out(filled, way):
    filled.write([document(11, "hello world"), document(12, "hello w. or wor, hell")], [], {1: 12})
    for text, found in (("worl", [12]), ("wo", [10]), ("w", [10]), ("9", [12])):
        assert ids(filled, excluded=(make_term(text),), limit=1) == found, text
    assert ids(filled, excluded=(make_term("world", is_exact=True), make_term("wor", is_exact=True)), limit=1) == [12]


def test_a_document_that_is_stored_again_replaces_the_old_one(filled, way):
    filled.write([document(3, "goodbye")], [5], {1: 12})
    assert ids(filled) == [10, 9, 8, 7, 6, 4, 2, 1]
    assert ids(filled, "goodbye") == [3]
    assert filled.read_positions() == {1: 12}


def test_a_room_that_is_forgotten(filled, way):
    filled.forget_room(1)
    assert ids(filled) == []
    assert filled.read_positions([1]) == {}


def test_nothing_of_a_batch_that_fails_is_stored(filled, way):
    with pytest.raises(Exception, match=r".*"):
        filled.write([document(11, "hello"), ("not", "a", "document")], [], {1: 99})
    assert ids(filled, limit=1) == [10]
    assert filled.read_positions() == {1: 10}


def test_ids_between(filled):
    assert filled.ids_between(3, 6) == {4, 5, 6}
    assert filled.ids_between(8, None) == {9, 10}


def test_one_process_at_a_time_has_the_turn(index):
    assert index.take_turn(60)
    assert not index.take_turn(60)
    index.end_turn()
    assert index.take_turn(60)
