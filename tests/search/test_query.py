"""What people type into the search box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import MOST_PIECES, Filter, parse_query
from search.terms import Term


def terms(text: str) -> list[str]:
    return [term.text for term in parse_query(text).terms]


def test_words_are_folded_terms():
    assert terms("Größe  ÖRS Привет") == ["grosse", "ors", "привет"]


def test_a_phrase_is_exact():
    assert parse_query('"Green  build" now').terms == (Term("green build", is_exact=True), Term("now"))


@pytest.mark.parametrize("text", ["“green build” now", "„green build“ now", "« green build » now"])
def test_other_quotes_are_quotes(text):
    assert parse_query(text).terms == parse_query('"green build" now').terms


def test_a_quote_that_is_not_closed_ends_with_the_query():
    assert parse_query('"green build').terms == (Term("green build", is_exact=True),)


def test_a_minus_excludes():
    query = parse_query('-red -"green build" blue')
    assert query.terms == (Term("blue"),)
    assert query.excluded == (Term("red"), Term("green build", is_exact=True))


@pytest.mark.parametrize("text", ["-", "a - b", "well-known", "--", "10-4"])
def test_other_minuses_exclude_nothing_that_was_meant(text):
    query = parse_query(text)
    assert query.terms or query.excluded
    assert [term.text for term in query.excluded] in ([], ["-"])


def test_filters():
    query = parse_query('from:@ada in:"Launch plan" -has:link BEFORE:2026-11')
    assert query.filters == (
        Filter("from", "@ada"),
        Filter("in", "Launch plan"),
        Filter("has", "link", is_negated=True),
        Filter("before", "2026-11"),
    )
    assert query.terms == ()


@pytest.mark.parametrize("text", ["https://example.org/a", "foo:bar", "12:30", "from: ada"])
def test_what_names_no_filter_is_text(text):
    assert parse_query(text).filters == ()


def test_numbers_are_searched_without_separators():
    assert terms("1,234.50 1.000.000 3.14 192.168.1.1") == ["1234.50", "1000000", "3.14", "192.168.1.1"]


def test_pieces_say_where_they_stand():
    text = 'hi from:ada "a b"'
    assert [text[piece.start : piece.end] for piece in parse_query(text).pieces] == ["hi", "from:ada", '"a b"']


def test_what_is_beyond_the_bounds_is_ignored():
    assert len(parse_query("a" * 10_000).terms[0].text) == 400
    assert len(parse_query(" ".join(f"w{number}" for number in range(100))).terms) == MOST_PIECES


@given(st.text(max_size=60))
def test_every_text_is_a_query(text):
    parse_query(text)
