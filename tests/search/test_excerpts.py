"""Excerpts of what was found."""

from hypothesis import given
from hypothesis import strategies as st

from search.excerpts import CHARACTERS, make_excerpt
from search.query import parse_query


def marked(text: str, query: str) -> str:
    parts = make_excerpt(text, parse_query(query).terms)
    return "".join(f"[{part.text}]" if part.is_term else part.text for part in parts)


def test_terms_are_marked_as_they_are_written():
    assert marked("Die Größe der ÖRS", "grosse ors") == "Die [Größe] der [ÖRS]"
    assert marked("this is it", "is") == "this [is] it"
    assert marked("cat category", '"cat"') == "[cat] category"
    assert marked("1,234 or 1234", "1234") == "[1,234] or [1234]"
    assert marked("e\u0301te\u0301", "été") == "[e\u0301te\u0301]"


def test_terms_that_overlap_are_one():
    assert marked("toaster", "oast aste") == "t[oaste]r"


def test_a_long_text_is_cut_between_words_around_the_first_term():
    text = "before " * 100 + "needle " + "after " * 100
    excerpt = marked(text, "needle")
    assert excerpt.startswith("…before ")
    assert "[needle]" in excerpt
    assert excerpt.endswith("after…")
    assert len(excerpt) <= CHARACTERS + 4


def test_lines_become_spaces():
    assert marked("one\n\n two", "two") == "one [two]"


@given(st.text(max_size=400), st.text(min_size=1, max_size=5))
def test_an_excerpt_is_a_part_of_the_text(text, query):
    parts = make_excerpt(text, parse_query(query).terms)
    assert "".join(part.text for part in parts).strip("…") in " ".join(text.split()) or "…" in text
