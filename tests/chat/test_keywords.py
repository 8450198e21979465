"""A keyword is found whole, in any case and in any script."""

import pytest

from chat.text import keywords
from chat.text.keywords import find_keywords, folded
from chat.text.plain_text import EXCERPT_CHARACTERS, excerpt, plain_text


@pytest.mark.parametrize(
    "word, text",
    [
        ("deploy", "Deploy!"),
        ("deploy", "re-deploy, then\ndeploy"),
        ("deploy", "redeployed, and deploy"),
        ("on call", "Who is ON CALL?"),
        ("c++", "C++ or C"),
        ("ada", "ada's turn"),
        ("straße", "STRASSE"),
        ("café", "Cafe\u0301 at nine"),
        ("abc", "ＡＢＣ"),
        ("москва", "Москва, привет"),
        ("東京", "東京都に行く"),
        ("api", "このAPIは速い"),
        ("서버", "서버가 느리다"),
        ("กรุงเทพ", "ไปกรุงเทพวันนี้"),
        ("🎉", "done🎉🎉"),
    ],
)
def test_a_word_is_found(word, text):
    assert find_keywords(["never said", word], folded(text)) == [word]


@pytest.mark.parametrize(
    "word, text",
    [
        ("deploy", "redeployed, deploys and deploy_all"),
        ("cafe", "Cafe\u0301 at nine"),
        ("c++", "abc++"),
        ("on call", "on  recall"),
        ("мир", "мирный"),
        ("東京", "京東"),
        ("", "anything"),
    ],
)
def test_a_part_of_a_word_is_not(word, text):
    assert find_keywords([word], folded(text)) == []


@pytest.mark.parametrize(
    "words, text",
    [
        (["a" * number for number in range(2, 52)], "a" * 8000),
        (["ba" * number for number in range(1, 40)], "ab" * 4000),
        (["a" * number for number in range(2, 52)], ("a" * 52 + " ") * 150),
        (["صل", "ال", "الل", "عل", "علي", "وسل", "لى"], "\ufdfa" * 8000),
    ],
)
def test_no_words_and_no_text_hold_up_the_others(words, text, monkeypatch):
    """Each comparison takes about a microsecond, and every post waits for all of them."""
    looks = []
    is_joined = keywords.is_joined
    monkeypatch.setattr(keywords, "is_joined", lambda one, other: looks.append(one) or is_joined(one, other))
    assert find_keywords(words, folded(text)) == []
    assert len(looks) < 30_000, f"{len(looks)} looks"


def test_plain_text_keeps_words_apart_and_says_what_was_typed():
    html = '<p>a<br>b &amp; <a href="https://x.example/?a=1&amp;b=2">c</a></p>\n<ul>\n<li>d</li>\n<li>e</li>\n</ul>'
    assert plain_text(html).split() == ["a", "b", "&", "c", "-", "d", "-", "e"]
    assert excerpt(html) == "a b & c - d - e"
    assert excerpt("<p>1 &lt; 2</p>") == "1 < 2"
    assert len(excerpt(f"<p>{'word ' * 1000}</p>")) <= EXCERPT_CHARACTERS
