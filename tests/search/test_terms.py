"""What it means that a text contains a term."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.folding import searchable
from search.query import make_term
from tests.search.naive import contains

LETTERS = st.sampled_from(list("abcABC éÉöß12.,-_#'\n東京ひガ한국สวัสดีприветΩ👍🏽🎉ع"))


def found(term: str, text: str, *, is_exact: bool = False) -> bool:
    made = make_term(term, is_exact=is_exact)
    assert made
    return made.is_in(searchable(text))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ors", "Örs said so"),
        ("Örs", "ors said so"),
        ("STRASSE", "in der Straße"),
        ("oaste", "the toaster"),  # parts of words
        ("username", "getUserName()"),
        ("user_id", "by user_id, mostly"),
        ("東京", "私は東京に住む"),
        ("京", "私は東京に住む"),
        ("สวัส", "สวัสดีครับ"),
        ("한국", "저는한국사람"),
        ("👍", "fine 👍🏽"),
        ("is", "this is it"),
        ("c#", "we use C# here"),
        ("::", "std::vector"),
        ("1234", "it costs 1,234 €"),
        ("1,234", "it costs 1234 €"),
        ("1.234.567", "1,234,567 people"),
        ("example.org/a?b=c", "see https://example.org/a?b=c#d"),
        ("שלום", "שָׁלוֹם"),
        ("محمد", "مُحَمَّد"),
        ("gross", "groß"),
        ("ﬁn", "final"),
        ("don't", "I don’t"),
        ("don’t", "I don't"),
        ('"hi"', "she said “hi”"),
        ("2-3", "pages 2–3"),
        ("ｗｉｄｅ", "wide"),
    ],
)
def test_found(term, text):
    assert found(term, text)


@pytest.mark.parametrize(("term", "text"), [("is", "this"), ("か", "が"), ("234", "1 235"), ("a b", "a\n\nc")])
def test_not_found(term, text):
    assert not found(term, text)


def test_quoted_words_are_whole():
    assert found("cat", "a cat!", is_exact=True)
    assert not found("cat", "category", is_exact=True)
    assert found("green build", "the green\nbuild broke", is_exact=True)
    assert not found("green build", "the green builds", is_exact=True)


@given(st.text(LETTERS, max_size=40), st.text(LETTERS, min_size=1, max_size=4), st.booleans())
@example("1,234", "1234", False)
def test_as_it_is_defined(text, term, is_exact):
    made = make_term(term, is_exact=is_exact)
    if made is None:
        return
    lines = searchable(text).split("\n")
    if made.sign in f" {searchable(text)} ":
        assert made.is_in(searchable(text))
    assert made.is_in(searchable(text)) == any(contains(line, made.text, is_exact=is_exact) for line in lines)
