"""A link leads where it seems to lead."""

import re

import pytest

from chat.text.formatting import render
from tests.chat.texts import PEOPLE


def links(text: str) -> list[tuple[str, str]]:
    """Return the links of a message: the address and the text of each."""
    html = render(text, PEOPLE).html
    assert html.count("<a") == html.count('<a href="')
    return re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', html)


@pytest.mark.parametrize(
    "around",
    "“{}” ‘{}’ «{}» „{}“ 「{}」 《{}》 （{}） 【{}】 {}’s {}'s {}… {}，谢谢 {}。 {}、 {}！ {}？ {}؟ {}، {}। {}—see "
    "请看{} {}看一下 {}привет {}を見て 見て{}を **{}** '{}' ({}). \u2067{}\u2069 {}\u200e {}🎉 {}, {}...".split(" "),
)
@pytest.mark.parametrize("address", ["https://a.example", "http://www.a.example:8000"])
def test_the_sentence_around_a_host_is_no_part_of_it(around, address):
    assert links(around.format(address)) == [(address, address)]


@pytest.mark.parametrize(
    "around", ["“{}”", "（{}）", "{}，谢谢", "{}’s", "{}…", "{}؟", "{}。", "{}—see", "{}🎉", "«{}»"]
)
def test_the_sentence_around_a_path_is_no_part_of_it(around):
    assert links(around.format("https://a.example/foo")) == [("https://a.example/foo", "https://a.example/foo")]


@pytest.mark.parametrize(
    "address, href",
    [
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://пример.example/ы", "https://xn--e1afmkfd.example/%D1%8B"),
        ("https://例え.jp/パス", "https://xn--r8jz45g.jp/%E3%83%91%E3%82%B9"),
        (
            "https://a.example/wiki/हिन्दी",
            "https://a.example/wiki/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80",
        ),
        ("https://a.example/Paris–Roubaix", "https://a.example/Paris%E2%80%93Roubaix"),
    ],
)
def test_letters_of_every_script_are_part_of_an_address(address, href):
    assert links(f"{address} x") == [(href, address)]


def test_codes_of_letters_are_shown_as_letters():
    assert links("https://a.example/M%C3%BCnchen") == [("https://a.example/M%C3%BCnchen", "https://a.example/München")]


@pytest.mark.parametrize(
    "code", ["%E2%80%AE", "%E2%80%8B", "%E2%81%A6", "%D8%9C", "%E3%85%A4", "%20", "%00", "%E2%81%84", "%FF"]
)
def test_what_cannot_be_seen_or_turns_text_is_shown_as_its_code(code):
    address = f"https://a.example/{code}gpj.exe"
    for text in (address, f"<{address}>", f"[]({address})"):
        assert links(text) == [(address, address)]


@pytest.mark.parametrize(
    "host, shown",
    [
        ("аpple.example", "xn--pple-43d.example"),  # a Cyrillic а among Latin letters
        ("аррӏе.example", "xn--80ak6aa92e.example"),  # nothing but Cyrillic letters that look like Latin ones
        ("ɡoogle.example", "xn--oogle-qmc.example"),
        ("Ａ.example", "a.example"),
        ("xn--pple-43d.example", "xn--pple-43d.example"),
    ],
)
def test_a_host_that_looks_like_another_is_shown_as_it_is_looked_up(host, shown):
    assert links(f"https://{host}/") == [(f"https://{shown}/", f"https://{shown}/")]


@pytest.mark.parametrize(
    "text",
    ["https://bank.example@evil.example", "https://bank.example:443@evil.example", "<https://bank.example@evil.example>",
     "[bank](https://bank.example@evil.example)", "https://bank.example%2eevil.example", "https://bank.example\\@evil.example",
     "https://bank.example\u200b.evil.example", "https://bank.example\u2060evil.example", "https://bank.example:99999/",
     "http://1.2.3.400/", f"https://{'a.' * 130}example", "[a]()", "[]()", "[a](https://)"],
)  # fmt: skip
def test_an_address_that_hides_where_it_leads_is_no_link(text):
    assert not links(text)


@pytest.mark.parametrize(
    "words, address",
    [
        ("https://bank.example", "https://evil.example"),
        ("bank.example", "https://evil.example/bank.example"),
        ("bank.example", "https://bank.example.evil.example"),
        ("**bank**.example", "https://evil.example"),
        ("`bank.example`", "https://evil.example"),
        ("b\u200bank.example", "https://evil.example"),
        ("bank․example", "https://evil.example"),
        ("bаnk.example", "https://bank.example"),
    ],
)
def test_words_that_name_another_host_are_no_link(words, address):
    assert links(f"[{words}]({address})") == [(address, address)]
    assert f'(<a href="{address}"' in render(f"[{words}]({address})", PEOPLE).html


def test_words_that_name_another_person_are_no_link():
    assert links("[ada@a.example](mailto:bob@a.example)") == [("mailto:bob@a.example", "bob@a.example")]


@pytest.mark.parametrize("words", ["here", "a.example", "www.a.example", "https://a.example/x", "notes.pdf", "v1.2"])
def test_words_that_name_nothing_else_are_the_link(words):
    assert links(f"[{words}](https://www.a.example/x)") == [("https://www.a.example/x", words)]


def test_a_link_without_words_shows_its_address():
    assert links("[](https://a.example) [\u200b](https://b.example)") == [
        ("https://a.example", "https://a.example"),
        ("https://b.example", "https://b.example"),
    ]


def test_a_picture_is_a_link_without_its_sign():
    assert render("![cat](https://a.example/cat.png)", PEOPLE).html.startswith("<p><a href")
    assert render("Look![cat](https://a.example/cat.png)", PEOPLE).html.startswith("<p>Look!<a href")
