"""Typed text is shown as it is: spaces and lines, numbers and marks, headings, tables and tasks."""

import re

import pytest

from chat.text.blocks import MOST_CELLS
from chat.text.formatting import render
from chat.text.plain_text import excerpt, plain_text
from tests.chat.texts import PEOPLE


def html(text: str) -> str:
    return render(text, PEOPLE).html


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return 1",
        "    indented\n  less",
        "a    b",
        "a\tb",
        "roses\n  are\n\tred",
        "foo:\n    - bar\n    # baz",
        "\t# title",
        "run \\\n  --all",
        "| |\n|-|",
        "1. \n2. ",
        "```\n\n```",
    ],
)
def test_spaces_are_kept(text):
    assert html(text) == f'<p class="typed">{text.rstrip()}</p>'


@pytest.mark.parametrize(
    "text, shown",
    [
        ("- a  b\n- c", '<li dir="auto">\n<p class="typed">a  b</p>\n</li>\n<li dir="auto">c</li>'),
        ("> a\n>   b", '<p class="typed">a\n  b</p>'),
        ("@ada  hi", '<p class="typed"><bdi class="mention" data-user="7">@ada</bdi>  hi</p>'),
        ("a  \nb\t", "<p>a<br>\nb</p>"),
        ("👍  👍", '<p class="emoji-only">👍  👍</p>'),
    ],
)
def test_spaces_are_kept_beside_other_marks(text, shown):
    assert shown in html(text)


def test_blank_lines_are_kept():
    assert html("a\n\nb\n\n\n\nc") == "<p>a</p>\n<p>b</p>\n<br><br><p>c</p>"


@pytest.mark.parametrize("text", ["> said\nanswer", "- said\nanswer", "1. said\nanswer", "> - said\nanswer"])
def test_a_line_to_the_left_is_of_no_quote_or_list(text):
    assert re.search("</(?:blockquote|ul|ol)>\n<p>answer</p>$", html(text))


@pytest.mark.parametrize(
    "text, shown",
    [
        ("5. a\n6. b", '<ol start="5">\n<li dir="auto" value="5">a</li>\n<li dir="auto" value="6">b</li>\n</ol>'),
        (
            "1. a\n1. b\n7. c",
            '<li dir="auto" value="1">a</li>\n<li dir="auto" value="1">b</li>\n<li dir="auto" value="7">c</li>',
        ),
        ("2) a", '<li dir="auto" value="2" class="paren">a</li>'),
        ("1986. A great year", '<li dir="auto" value="1986">A great year</li>'),
        ("007. Bond", "<p>007. Bond</p>"),
        ("+ 5", "<p>+ 5</p>"),
        ("so\n5. a", "<p>so<br>\n5. a</p>"),
    ],
)
def test_numbers_are_kept(text, shown):
    assert shown in html(text)


@pytest.mark.parametrize(
    "text",
    [">", "> >", "> -", "-", "- -", "- - -", "* * *", "1.", "#", "##", "```", "~~~", "~~~~", "[]()", "![]()", "` `",
     "``", "|", "---", "***", ">:(", ">_<", ">= 5", "\\\\server\\share", "¯\\_(ツ)_/¯", "C:\\!new \\d+\\/\\d\\.", "\\",
     "a \\* b", "![pic](cat.png)", "[ ] alone", "C:\\*.* and *.txt", "- [ ]", "#tag", "**\u200b**", "> \u200b"],
)  # fmt: skip
def test_marks_without_meaning_are_as_typed(text):
    assert plain_text(html(text)).strip() == text
    assert excerpt(html(text)) == " ".join(text.split())


@pytest.mark.parametrize("marks", [">", "-", "```", "> >"])
def test_marks_alone_make_no_empty_box_in_other_text(marks):
    assert re.sub(r"<p[^>]*>", "<p>", html(f"said\n\n{marks}")) == f"<p>said</p>\n<p>{marks.replace('>', '&gt;')}</p>"


@pytest.mark.parametrize(
    "text, code",
    [
        ("``` hello world", "hello world"),
        ("```hello", "hello"),
        ("```js", "js"),
        ("``` hello world\nmore", "hello world\nmore"),
        ("```\nhello", "hello"),
        ("```\nhello\nworld```", "hello\nworld"),
        ("```hello\nworld```", "hello\nworld"),
        ("```def f():\n    return 1\n```", "def f():\n    return 1"),
        ("```klingon\nx\n```", "klingon\nx"),
        ("```text\nx\n```", "x"),
        ("~~~ two words\nx\n~~~", "two words\nx"),
        ("````\n```\nx\n```\n````", "```\nx\n```"),
        ("- ```\n  x\n  ```", "x"),
        ("> ``` hello world", "hello world"),
        ("look: ```\nx\n```", "x"),
        ("look: ```py\nx\n```", "x"),
    ],
)
def test_code_between_fences_is_all_shown(text, code):
    shown = re.search(r"<pre><code[^>]*>(.*?)</code></pre>", html(text), re.DOTALL)
    assert shown
    assert plain_text(shown[1]).strip() == code


@pytest.mark.parametrize(
    "text, shown",
    [
        ("```code```", "<p><code>code</code></p>"),
        ("x ``` y", "<p>x ``` y</p>"),
        ("look: ```\nx\n``` \nafter", "<p>look:</p>\n<pre><code>x\n</code></pre>\n<p>after</p>"),
        ("> ```\n> x\nafter", "</blockquote>\n<p>after</p>"),
    ],
)
def test_text_beside_code_stays_text(text, shown):
    assert shown in html(text)


@pytest.mark.parametrize(
    "text, shown",
    [
        ("# A *b*\nc", '<p class="heading"><strong>A <em>b</em></strong></p>\n<p>c</p>'),
        ("###### A", '<p class="heading"><strong>A</strong></p>'),
        ("a\n===", "<p>a<br>\n===</p>"),
        (
            "- [ ] a\n- [x] b\n- c",
            '<li class="task" dir="auto">☐ a</li>\n<li class="task" dir="auto">☑ b</li>\n<li dir="auto">c</li>',
        ),
        ("2. [X] a", '<li class="task" dir="auto" value="2">☑ a</li>'),
        ("- [x](https://a.example)", '<li dir="auto"><a href'),
        ("[![a](https://a.example)](https://b.example)", '<p><a href="https://b.example"'),
    ],
)
def test_titles_and_tasks(text, shown):
    assert shown in html(text)
    assert "<input" not in html(text)
    assert "></a>" not in html(text)


@pytest.mark.parametrize(
    "text, cells",
    [
        ("| a | b |\n|---|---|\n| 1 | **2** |", ["a", "b", "1", "<strong>2</strong>"]),
        ("a | b\n-|-\n1 | 2\nThanks", ["a", "b", "1", "2"]),
        ("So:\n| a |\n|---|\n| 1 |", ["a", "1"]),
        ("|a|\n|-|\n|x\\|y|", ["a", "x|y"]),
        ("|a|b|\n|-|-|\n|1|", ["a", "b", "1", ""]),
        ("> |a|\n> |-|\n> |@ada|", ["a", '<bdi class="mention" data-user="7">@ada</bdi>']),
    ],
)
def test_tables(text, cells):
    assert html(text).count('<div class="table-frame"><table dir="auto">') == 1
    assert re.findall("<t[hd]>(.*?)</t[hd]>", html(text)) == cells


def test_columns_are_aligned_by_classes():
    assert html("|a|b|c|\n|:-|:-:|-:|").count("class=") == 3
    assert '<th>a</th>\n<th class="center">b</th>\n<th class="right">c</th>' in html("|a|b|c|\n|:-|:-:|-:|")


@pytest.mark.parametrize(
    "text",
    [
        "|a|\n|-|\n|1|2|",
        "|a|\n|-|\n|1|x \\|",
        "|a|b|\n|-|",
        "a\n-",
        "|a|\n\n|-|",
        "|a" * 30 + "\n" + "|-" * 30 + "\n|" * MOST_CELLS,
    ],
)
def test_what_a_table_would_not_show_is_no_table(text):
    assert "<table" not in html(text)
    assert plain_text(html(text)).split() == text.split()


@pytest.mark.parametrize(
    "text, said",
    [
        ("5. a\n6. b", "5. a 6. b"),
        ("- a\n- b", "- a - b"),
        ("- [ ] a\n- [x] b", "☐ a ☑ b"),
        ("> a\n\nb", "> a b"),
        ("|a|b|\n|-|-|\n|1|2|", "a | b 1 | 2"),
        ("# A\nb", "A b"),
        ("![pic](https://a.example/x.png)", "pic"),
        ("``` hello world", "hello world"),
    ],
)
def test_notifications_say_the_same(text, said):
    assert excerpt(html(text)) == said
