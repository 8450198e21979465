"""Nothing that is typed becomes more than a message."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.names.validators import is_visible
from chat.text.formatting import HTML_CHARACTERS, PLAIN, Rendered, render, render_markdown
from chat.text.plain_text import plain_text
from tests.chat.texts import ATTACKS, MARKS, PEOPLE

ALLOWED = {
    "a": {"href", "target", "rel"}, "bdi": {"class", "data-user"}, "blockquote": {"dir"}, "br": set(),
    "code": {"class"}, "div": {"class"}, "em": set(), "li": {"class", "dir", "value"}, "ol": {"start"}, "p": {"class"},
    "pre": set(), "s": set(), "span": {"class"}, "strong": set(), "table": {"dir"}, "tbody": set(), "td": {"class"},
    "th": {"class"}, "thead": set(), "tr": set(), "ul": set(),
}  # fmt: skip
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


class Inspector(HTMLParser):
    """Fails on a tag, an attribute or an address that a message must not have."""

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, tag
        for name, value in attributes:
            assert name in ALLOWED[tag], f"{tag} {name}"
            assert name != "href" or SAFE_ADDRESS.match(value), value
            assert name not in ("data-user", "start", "value") or value.isdecimal()
            assert name != "dir" or value == "auto"
            assert name != "class" or re.fullmatch(r"[\w+-]+", value), value

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def is_safe(rendered: Rendered) -> None:
    inspector = Inspector(convert_charrefs=True)
    inspector.feed(rendered.html)
    inspector.close()
    assert len(rendered.html) <= HTML_CHARACTERS


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_text(attack):
    for text in (
        attack,
        f"**{attack}**",
        f"> - {attack}",
        f"[{attack}](https://a.example)",
        f"hi @ada {attack} :tada:",
    ):
        is_safe(render(text, PEOPLE))


marked_up = st.lists(st.sampled_from(MARKS), max_size=40).map("".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(st.one_of(marked_up, anything))
def test_any_text_is_safe(text):
    is_safe(render(text, PEOPLE))


MARKED_WORDS = ["alpha", "beta", "gamma", *(mark for mark in MARKS if not re.search(r"[\w<\[\]]|://", mark))]


@given(st.lists(st.sampled_from(MARKED_WORDS), max_size=40).map("".join))
@example("```alpha\nbeta")
@example("|alpha|\n|-|\n|beta|gamma|")
def test_every_word_is_shown(text):
    shown = plain_text(render(text, PEOPLE).html)
    assert "".join(re.findall("[a-z]+", shown)) == "".join(re.findall("[a-z]+", text))


@given(marked_up)
def test_nothing_is_shown_as_an_empty_box(text):
    assert is_visible(plain_text(render(text, PEOPLE).html)) or not is_visible(text)


WORDS = "word Straße été 7 , . ! ? : ' \" ( ) / % $ + = - ℹ ㊗ e\u0301 \u200d १ 漢字 שלום \xa0 Ⓜ".split(" ")
plain_words = st.lists(st.sampled_from([*WORDS, " ", "  ", ": "]), max_size=20).map("".join)


@given(st.one_of(plain_words, anything, marked_up))
@example("a: b")
@example("ℹ")
@example("I+I=-")
def test_the_short_way_is_the_long_way(text):
    assert render(text, PEOPLE) == render_markdown(text, PEOPLE)


def test_the_short_way_is_for_what_most_people_say():
    for text in (
        "ok",
        "Good morning!",
        "Does anybody know when (or if) it starts?",
        "It costs 5$, so: no.",
        "Größe 42",
    ):
        assert PLAIN.fullmatch(text)
