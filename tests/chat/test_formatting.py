"""Markdown becomes safe HTML, quickly, whatever is typed."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat.emojis import named_emoji
from chat.formatting import HTML_CHARACTERS, PLAIN, Rendered, as_plain_text, render, render_markdown
from chat.highlighting import COLOURED_CHARACTERS, LANGUAGES, LONGEST_LINE
from chat.mentions import names_in

PEOPLE = {"ada": 7, "bob": 9, "j.doe": 11}
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
        ("> said\n\nanswer", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>answer</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("# no heading", "<p># no heading</p>"),
        ("no heading\n===", "<p>no heading<br>\n===</p>"),
        ("---", "<p>---</p>"),
        ("| a |\n|---|", "<p>| a |<br>\n|---|</p>"),
        ("    indented", "<p>indented</p>"),
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
    ],
)
def test_people_are_named(text, ids):
    rendered = render(text, PEOPLE)
    assert rendered.mentions == ids
    assert sorted(set(map(int, re.findall(r'class="mention" data-user="(\d+)"', rendered.html)))) == list(ids)


def test_a_name_is_shown_as_typed():
    assert html("@Ada.") == '<p><span class="mention" data-user="7">@Ada</span>.</p>'


@pytest.mark.parametrize("text", ["@ada", "x @j.doe. y", "@Bob"])
def test_whoever_is_named_can_be_looked_up_before(text):
    assert names_in(text) & set(PEOPLE)


@pytest.mark.parametrize(
    "text, shown",
    [
        (":tada:", "🎉"),
        ("10:30 :+1: 11:45", "👍"),
        (":x::x:", "❌❌"),
        ("**:white_check_mark:**", "✅"),
        ("a:tada:b", "a🎉b"),
    ],
)
def test_emoji_have_names(text, shown):
    assert shown in html(text)


@pytest.mark.parametrize("text", ["`:tada:`", ":nothing_of_that_name:", "12:30:45", ": tada :", "::"])
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


# -- safety

ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href='javascript:x'>y</a>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))", "[x](java\tscript:x)",
    "[x](vbscript:x)", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](https://a' onmouseover='alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")', '[x](<https://a.example"onclick="x>)', "<https://a\"onclick=x>",
    "https://a.example/\"onmouseover=alert(1)", "https://a.example/'><script>", "![x](x\"onerror=\"alert(1))",
    "```\"><script>alert(1)</script>\nx\n```", "`<script>`", "<!--<img src=x>-->", "<![CDATA[<script>]]>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<iframe src=//a.example>",
    "<style>*{display:none}</style>", "<b onclick=x>", "@ada\" onclick=\"x", ":tada\"onclick=x:", "&lt;script&gt;",
    "<span class=mention data-user=1>@ada</span>", "[a](https://a.example?\u202egnp.exe)", "<\u0000script>",
]  # fmt: skip
ALLOWED = {
    "a": {"href", "target", "rel"}, "blockquote": set(), "br": set(), "code": {"class"}, "em": set(), "li": set(),
    "ol": {"start"}, "p": {"class"}, "pre": set(), "s": set(), "span": {"class", "data-user"}, "strong": set(),
    "ul": set(),
}  # fmt: skip
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


class Inspector(HTMLParser):
    """Fails on a tag, an attribute or an address that a message must not have."""

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, tag
        for name, value in attributes:
            assert name in ALLOWED[tag], f"{tag} {name}"
            assert name != "href" or SAFE_ADDRESS.match(value), value
            assert name != "data-user" or value.isdecimal()
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


MARKS = ["*", "**", "_", "~~", "`", "```", "```py\n", "\n", "\n\n", "> ", "- ", "1. ", "[", "](", ")", "<", ">", "&", "@ada",
         ":tada:", ":", "https://", "a.example/", "\\", "!", "#", '"', "'", " ", "    ", "a", "B", "1", "é", "🎉", "ℹ", "\u2069",
         "<script>", "javascript:", "=", "-", "+", "(", ".", ",", "?", "\t"]  # fmt: skip
marked_up = st.lists(st.sampled_from(MARKS), max_size=40).map("".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(st.one_of(marked_up, anything))
def test_any_text_is_safe(text):
    is_safe(render(text, PEOPLE))


plain_words = st.lists(
    st.sampled_from(["word", "Straße", "été", "7", ",", ".", "!", "?", ": ", ":", " ", "  ", "'", '"', "(", ")", "/", "%",
                     "$", "+", "=", "-", "ℹ", "㊗", "e\u0301", "\u200d", "१", "漢字", "שלום", "\xa0", "Ⓜ"]), max_size=20
).map("".join)  # fmt: skip


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


# -- time

PATTERNS = [
    *"[]*_~`><(!\\:@&#=|\n\t-+.", "![", "[[]", "[](", "[a](", "[a](http://b) ", "*a ", "**a", "**a** ", "*a_ ", "a**b", "_*",
    "a***", "~~a~~ ", "`a", "`a ", "``a`", "\\*", "> ", "- ", "- a\n", "> a\n", "-\n", "* \n", "1. ", "1.\n", "&amp;", "@a",
    "@ada ", "@ada@", ":a", ":tada:", "http://", "https://a ", "https://a(", "http:", "://", "a\n", "a\n\n", "<a", "<a@b.c>",
    "<http://a>", "<!--", "~~~\n", "```\n", "    a\n", "\ta", "a\n=\n", "[x](<", '[x](a "', "🎉", "é", "\u202ea",
    "*a **b _c __d ~~e ",
]  # fmt: skip
LADDERS = [
    "".join("> " * (n % 40) + "a\n" for n in range(400)),
    "".join("  " * (n % 14) + "- a\n" for n in range(400)),
    "".join("`" * n + " " for n in range(1, 126)),
    "*a " * 1300 + " a*" * 1300,
    "[" * 3000 + "a](b)" * 1000,
]
BUDGET_SECONDS = 0.05
LEEWAY = 4  # A machine that runs other tests beside may take so many times as long.


@pytest.mark.parametrize("text", [*((pattern * 8000)[:8000] for pattern in PATTERNS), *(it[:8000] for it in LADDERS)])
def test_no_text_takes_long(text):
    assert fastest(text) < BUDGET_SECONDS * LEEWAY
    is_safe(render(text, PEOPLE))


BITS = ["(", "'", '"', '"""', "<", "/*", "a", "a b", "a ", "{{", "\\", "$(", "=", "x = '", "<a ", "-- ", "#", "0", "[a](", "%",
        "a: ", "<?php ", "<<", "@a", "a.", "::", "|", "&", "+ ", "> ", "${", "`", ";", "\t", "A", "_"]  # fmt: skip


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values()) & set(LANGUAGES)))
def test_no_code_takes_long(language):
    fence = f"```{language}\n"
    render(f"{fence}x", PEOPLE)  # The first time, a lexer is made.
    for bit in BITS:
        for length in (5, LONGEST_LINE):
            line = (bit * length)[: length - 1] + "\n"
            code = (line * COLOURED_CHARACTERS)[:COLOURED_CHARACTERS]
            assert once(fence + code) < BUDGET_SECONDS * LEEWAY, (bit, length)


def fastest(text: str) -> float:
    """Return the processor's time for the quicker of two tries."""
    return min(once(text), once(text))


def once(text: str) -> float:
    start = time.process_time()
    render(text, PEOPLE)
    return time.process_time() - start


def test_what_takes_too_long_is_shown_as_typed():
    text = "**a** [" * 1100
    assert html(text) == as_plain_text(text)
    assert as_plain_text("a\nb\n\n<c>") == "<p>a<br>b</p>\n<p>&lt;c&gt;</p>"
