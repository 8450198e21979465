"""No text takes long to render, whatever was thought out for it."""

import time
from collections.abc import Callable

import pytest

from chat.text.formatting import HTML_CHARACTERS, as_plain_text, render
from chat.text.highlighting import COLOURED_CHARACTERS, LANGUAGES, LONGEST_LINE
from tests.chat.texts import BITS, PATTERNS, PEOPLE

LADDERS = [
    "".join("> " * (n % 40) + "a\n" for n in range(400)),
    "".join("  " * (n % 14) + "- a\n" for n in range(400)),
    "".join("`" * n + " " for n in range(1, 126)),
    "*a " * 1300 + " a*" * 1300,
    "[" * 3000 + "a](b)" * 1000,
    "http://" * 1142,
    "http://(" * 999 + "http://",
    "“http://" * 1000,
    "|a" * 1300 + "\n" + "|-" * 1300 + "\n" + "|\n" * 1300,
    ("|a" * 20 + "\n" + "|-" * 20 + "\n" + "|\n" * 39) * 40,
    "|\n" + "|-|\n|\n" * 1300,
    "".join("a" + "`" * n + "\n" for n in range(120, 3, -1)),
    "- [ ] a\n" * 1000,
]
# A multiple of the time in which the interpreter counts to 200,000, 7 ms on an idle machine. The worst text needs 4.
BUDGET = 12


@pytest.mark.parametrize("text", [*((pattern * 8000)[:8000] for pattern in PATTERNS), *(it[:8000] for it in LADDERS)])
def test_no_text_takes_long(text):
    assert effort(text) < BUDGET
    assert len(render(text, PEOPLE).html) <= HTML_CHARACTERS


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values()) & set(LANGUAGES)))
def test_no_code_takes_long(language):
    fence = f"```{language}\n"
    render(f"{fence}x", PEOPLE)  # The first time, a lexer is made.
    for bit in BITS:
        for length in (5, LONGEST_LINE):
            line = (bit * length)[: length - 1] + "\n"
            code = (line * COLOURED_CHARACTERS)[:COLOURED_CHARACTERS]
            assert effort(fence + code) < BUDGET, (bit, length)


def effort(text: str) -> float:
    """Return the processor's time to render a text, in times to count; a pause of the machine spoils one try only."""
    return min(once(lambda: render(text, PEOPLE)) / once(count) for _ in range(3))


def once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def count() -> None:
    number = 0
    while number < 200_000:
        number += 1


def test_what_takes_too_long_is_shown_as_typed():
    text = "**a** [" * 1100
    assert render(text, PEOPLE).html == as_plain_text(text)
    assert as_plain_text("a\nb\n\n<c>") == '<p class="typed">a\nb\n\n&lt;c&gt;</p>'


def test_colours_and_text_share_one_budget():
    code = "```make\n" + "a := b\n" * 200 + "```\n"
    assert "<span" in render(code + "and some words", PEOPLE).html
    long = render(code + "1) **\n" * 700, PEOPLE).html
    assert "<ol" in long
    assert "<span" not in long
