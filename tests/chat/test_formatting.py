"""Markdown becomes HTML."""

import json
import re
from pathlib import Path

import pytest

from chat.text.emojis import named_emoji
from chat.text.formatting import render
from chat.text.mentions import names_in
from tests.chat.texts import PEOPLE

ROOT = Path(__file__).parents[2]
LINK = 'target="_blank" rel="noopener noreferrer nofollow ugc"'


def html(text: str) -> str:
    return render(text, PEOPLE).html


@pytest.mark.parametrize(
    "text, shown",
    [
        ("hi", "<p>hi</p>"),
        ("**b** *i* _i_ ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("> said\n\nanswer", '<blockquote dir="auto">\n<p>said</p>\n</blockquote>\n<p>answer</p>'),
        ("- a\n- b", '<ul>\n<li dir="auto">a</li>\n<li dir="auto">b</li>\n</ul>'),
        ("no heading\n===", "<p>no heading<br>\n===</p>"),
        ("---", "<p>---</p>"),
        ("a & b &amp; <b>c</b>", "<p>a &amp; b &amp;amp; &lt;b&gt;c&lt;/b&gt;</p>"),
        ("[a]: https://a.example\n", f'<p>[a]: <a href="https://a.example" {LINK}>https://a.example</a></p>'),
        ("\\*as typed\\*", "<p>*as typed*</p>"),
    ],
)
def test_markdown_is_shown(text, shown):
    assert html(text) == shown


@pytest.mark.parametrize(
    "text, address",
    [
        ("see https://a.example/b_c_d.", "https://a.example/b_c_d"),
        ("(https://a.example/wiki/It_(film))", "https://a.example/wiki/It_(film)"),
        ("**https://a.example/x_y**", "https://a.example/x_y"),
        ("HTTPS://A.example?q=1&r=2!", "HTTPS://A.example?q=1&amp;r=2"),
        ("[here](https://a.example)", "https://a.example"),
        ("[https://a.example](https://b.example)", "https://b.example"),
        ("<https://a.example>", "https://a.example"),
        ("[post](mailto:ada@a.example)", "mailto:ada@a.example"),
        ("https://a.example/@ada", "https://a.example/@ada"),
        ("https://a.example/:tada:/x", "https://a.example/:tada:/x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ],
)
def test_addresses_become_links_without_the_sentence_around(text, address):
    assert re.findall(r'href="([^"]*)"', html(text)) == [address]
    assert html(text).count(LINK) == 1


@pytest.mark.parametrize(
    "text",
    ["README.md", "a.example", "xhttps://a.example", "https://", "[a](/rooms/1/leave/)", "[a](javascript:alert(1))",
     "[a](data:text/html,x)", "[a](//a.example)", "`https://a.example`", "ftp://a.example"],
)  # fmt: skip
def test_nothing_else_becomes_a_link(text):
    assert "<a" not in html(text)


def test_an_image_is_a_link():
    assert "<img" not in html("![cat](https://a.example/cat.png)")


@pytest.mark.parametrize(
    "text, ids",
    [
        ("@ada", (7,)),
        ("hi @bob, and @ADA!", (7, 9)),
        ("(@ada) **@bob**", (7, 9)),
        ("@j.doe.", (11,)),
        ("@ada: @ada", (7,)),
        ("mail@ada.example @nobody a@bob", ()),
        ("`@ada` [@bob](https://a.example) \\@ada", ()),
        ("```\n@ada\n```", ()),
        ("https://a.example/@ada", ()),
        ("请@ada看一下", (7,)),
        ("@ada你好，@bob", (7, 9)),
        ("@adaさん @bob님", (7, 9)),
        ("请@张三看一下", (12,)),
        ("@张三丰你好", (13,)),
        ("נא לשאול ל@ada, و@bob", (7, 9)),
        ("@adaпривет", (7,)),
        ("@हिन्दी, look; (@ราชินี)", (14, 15)),
        ("ขอ@ราชินีดู", (15,)),
        ("@Müller @MÜLLER", (16,)),
        ("@ada's @bob’s", (7, 9)),
        ("@ada-san @bob…", (7, 9)),
        ("“@ada” —@bob— .@ada", (7, 9)),
        ("@ada/@bob", (7, 9)),
        ("see.@ada -@bob", (7, 9)),
        ("@adam @ada2 @adä", ()),
        ("größe@ada почта@ada first.last@ada a-@ada a_@ada", ()),
        ("张三@ada.example", ()),
        ("a.example/@ada ftp://a/@bob", ()),
    ],
)
def test_people_are_named(text, ids):
    rendered = render(text, PEOPLE)
    assert rendered.mentions == ids
    assert sorted(set(map(int, re.findall(r'class="mention" data-user="(\d+)"', rendered.html)))) == list(ids)


def test_a_name_is_shown_as_typed():
    assert html("@Ada.") == '<p><bdi class="mention" data-user="7">@Ada</bdi>.</p>'


@pytest.mark.parametrize("text", ["@ada", "x @j.doe. y", "@Bob", "__@ada__", "请@张三丰你好", "@MÜLLER"])
def test_whoever_is_named_can_be_looked_up_before(text):
    assert names_in(text) & set(PEOPLE)


@pytest.mark.parametrize(
    "text, shown",
    [
        (":tada:", "🎉"),
        ("10:30 :+1: 11:45", "👍"),
        (":x::x:", "❌❌"),
        ("**:white_check_mark:**", "✅"),
        ("(:tada:) Great!:tada:, :tada:. Done.:tada:", "(🎉) Great!🎉, 🎉. Done.🎉"),
        ("太好了:tada:谢谢", "太好了🎉谢谢"),
        ("“:tada:”", "“🎉”"),
        (":tada: :nothing: :tada:", "🎉 :nothing: 🎉"),
        ("❤️:tada:🎉 1️⃣:x:", "❤️🎉🎉 1️⃣❌"),
        ("done\n:tada:\n> :x:", "🎉"),
    ],
)
def test_emoji_have_names(text, shown):
    assert shown in html(text)


@pytest.mark.parametrize(
    "text",
    ["`:tada:`", ":nothing_of_that_name:", "12:30:45", "12:100:30", ": tada :", "::", "00:ab:12:34:cd:ef", ":ab:12:cd",
     "fe80::ab:1", "2001:db8::a:b:c", "a:b:c", ":a:b:c", "a:tada:b", "std::ok::x", "/x/:id:/y", "C:\\a:x:\\b", "x=:ok:",
     "sha:100:", "да:ok:да", "key:x: value", "10:30:+1:", "\\:tada:", "::tada::", ":x::nothing:", ":x::x:a", "a:x::x:",
     "ada:x:1000:100::/home", "`a`:x:", "https://a.example :x:y", "[a](https://a.example):x:",
     "e\u0301:x:", "比分:100:90"],
)  # fmt: skip
def test_other_colons_stay(text):
    assert not any(character in html(text) for character in named_emoji().values())


@pytest.mark.parametrize("text", ["🎉", ":tada: 👍🏽", "👩‍👩‍👧‍👦\n🇺🇳", "❤️"])
def test_a_few_emoji_alone_are_large(text):
    assert html(text).startswith('<p class="emoji-only">')


@pytest.mark.parametrize("text", ["hi 🎉", "🎉 !", "7", "🎉" * 25, "> 🎉", "**🎉**", ""])
def test_other_messages_are_not(text):
    assert "emoji-only" not in html(text)


def test_code_has_colours_as_classes():
    shown = html("```py\ndef f(): return '<b>'\n```")
    assert shown.startswith('<pre><code class="language-py"><span class="k">def</span> <span class="nf">f</span>')
    assert "&lt;b&gt;" in shown
    assert "style" not in shown


@pytest.mark.parametrize("language", ["", "klingon", '"><script>', "py onclick=x"])
def test_code_in_a_language_that_is_not_known_is_as_typed(language):
    shown = html(f"```{language}\n<x>\n```")
    assert "&lt;x&gt;" in re.sub(r"</?span[^>]*>", "", shown)
    assert "script" not in shown.replace("&lt;script", "")


def test_too_much_code_for_colours_keeps_its_words():
    shown = html("```json\n" + "[1,2]\n" * 1300 + "```")
    assert "<span" not in shown
    assert shown.count("[1,2]") == 1300


def test_the_browser_completes_the_names_that_the_server_knows():
    rows = json.loads((ROOT / "static" / "js" / "data" / "emoji.json").read_text())
    assert len(rows) > 1800
    assert {row[4] for row in rows} == set(range(9))
    assert {character for _, character, _, words, *_ in rows if "party" in words.split()} >= {"🎉", "🥳"}
    for name, character, others, *_ in rows:
        assert {named_emoji()[each] for each in (name, *others.split())} == {character}
        assert character in html(f":{name}:")
