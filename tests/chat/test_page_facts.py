"""What is read of the head of a page: well-made ones, hostile ones, and those in other encodings."""

import time

import pytest

from chat.previews.page_facts import clean_line, read_page

URL = "https://site.example/news/today"


def read(head: str, content_type: str = "text/html", *, encoding: str = "utf-8"):
    return read_page(head.encode(encoding), content_type, URL, "site.example")


def test_opengraph_comes_before_the_card_and_the_card_before_the_title():
    head = """<title>Third</title><meta name="twitter:title" content="Second"><meta property="og:title" content="First">
        <meta name="description" content="Plain">
        <meta property="og:description" content="Rich &amp; quoted &quot;x&quot;">
        <meta property="og:site_name" content="The Site"><meta property="og:image" content="/pic.png?a=1&amp;b=2">"""
    assert read(head) == ("First", 'Rich & quoted "x"', "The Site", "https://site.example/pic.png?a=1&b=2")
    assert read('<title>Third</title><meta name="twitter:title" content="Second">').title == "Second"
    assert read("<title>\n  Only   a\ttitle </title>") == ("Only a title", "", "", "")
    assert read("<title> </title><meta name=description content=x>") is None
    assert read("") is None


@pytest.mark.parametrize(
    "head",
    [
        "<META CONTENT='A > \"b\" < c' Property = og:title />",
        '<meta\nproperty="og:title"\n\tcontent="A > &quot;b&quot; < c">',
        "<meta data-x property='og:title' itemprop=name content='A &gt; &#34;b&#34; &lt; c' lang=en>",
    ],
)
def test_attributes_in_every_spelling(head):
    assert read(head).title == 'A > "b" < c'


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- {} -->",
        "<script>var x = '{}'</script>",
        "<style>{}</style>",
        "<noscript>{}</noscript>",
        "<svg><title>evil</title>{}</svg>",
        "<template>{}</template>",
        "</head>{}",
        "<body>{}",
    ],
)
def test_what_is_no_part_of_the_head_is_not_read(hidden):
    found = read("<title>good</title>" + hidden.format("<meta property=og:title content=evil>"))
    assert found.title == "good"


@pytest.mark.parametrize(
    "text, shown",
    [
        ("pay\u202epal", "paypal"),
        ("\u2066a\u2069 b\u200bc\x00\x1b[31m", "a bc[31m"),
        ("line\u2028one\ntwo\x85three", "line one two three"),
        ("\ufeffword\u00ad", "word"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻 ok", "👩\u200d💻 ok"),
        ("x" * 200, "x" * 149 + "…"),
    ],
)
def test_a_text_shows_what_it_says(text, shown):
    assert clean_line(text, 150) == shown
    assert read(f'<meta property="og:title" content="{text}">').title == shown


def test_a_text_without_a_visible_character_is_none():
    assert read("<title>\u3164\u2800\u115f</title>") is None


@pytest.mark.parametrize(
    "name, shown",
    [
        ("The Site", "The Site"),
        ("site.example", "site.example"),
        ("paypal.com", ""),
        ("Login at bank.example.org", ""),
        ("ｐａｙｐａｌ．ｃｏｍ", ""),
    ],
)
def test_the_name_of_a_site_names_no_other_host(name, shown):
    assert read(f'<title>x</title><meta property="og:site_name" content="{name}">').site == shown


@pytest.mark.parametrize(
    "address, found",
    [
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("b.png", "https://site.example/news/b.png"),
        ("data:image/png;base64,xx", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://[broken", ""),
        ("/" + "x" * 3000, ""),
    ],
)
def test_only_an_image_on_the_web_is_fetched(address, found):
    assert read(f'<title>x</title><meta property="og:image" content="{address}">').image == found


@pytest.mark.parametrize(
    "encoding, content_type, meta",
    [
        ("utf-8", "text/html; charset=utf-8", ""),
        ("utf-8", "text/html", ""),
        ("windows-1251", "text/html; charset=windows-1251", ""),
        ("koi8-r", "text/html", '<meta charset="koi8-r">'),
        ("utf-8", "text/html; charset=punycode", ""),
        ("utf-8", "text/html; charset=made-up", ""),
        ("utf-16", "text/html; charset=utf-16", ""),
    ],
)
def test_titles_in_other_encodings(encoding, content_type, meta):
    assert read(f"{meta}<title>Привет</title>", content_type, encoding=encoding).title == "Привет"


def test_latin_1_is_windows_1252_as_in_browsers():
    assert read("<title>„Grün“ €</title>", "text/html; charset=ISO-8859-1", encoding="windows-1252").title == "„Grün“ €"


SIZE = 1024 * 1024
HOSTILE = [
    "<a ", "<meta ", "<meta a=", '<meta a="', "<meta a='\"", "<title>", "<title", "<!--", "<", "<script>", "</script ",
    "&", "&#", "<svg>", "<meta content=", "<meta\n", "<meta/", "=", "<meta property=og:title content=' '>", "<style><",
    "<meta charset", "<template>", "</head", "\u202e", "<meta a b c d e f g h i j k l m n o p q r s t u v w x y z ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_page_takes_no_time(piece):
    begun = time.thread_time()
    read(piece * (SIZE // len(piece)))
    read("<title>x</title><meta " + piece * (SIZE // len(piece)))
    assert time.thread_time() - begun < 0.5  # a loaded machine; measured: 0.05
