"""Typed text is stored in one form, or refused with a sentence."""

import pytest

from chat.text.typed_text import clean_text, one_line
from realtime.shared.errors import Invalid


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("  hi \n", "  hi"),
        (" \n\n    if a:\n        b\n\n", "    if a:\n        b"),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("tab\there", "tab\there"),
        ("👩\u200d💻 \u200fשלום", "👩\u200d💻 \u200fשלום"),
        ("a\u202eb\u202dc\u202ad", "abcd"),
        ("\u2067fine\u2069 and \u2068this\u2069", "\u2067fine\u2069 and \u2068this\u2069"),
        ("\u2067open\n\u2068fine\u2069", "open\n\u2068fine\u2069"),
        ("closed\u2069 twice\u2067", "closed twice"),
    ],
)
def test_a_text_is_kept_in_one_form(typed, kept):
    assert clean_text(typed) == kept
    assert clean_text(kept) == kept


@pytest.mark.parametrize(
    "typed, reason",
    [
        ("", "is empty"),
        (" \n\t ", "is empty"),
        ("\u202e\u2069", "is empty"),
        ("\u200b\ufeff\u3164\ufe0f", "is empty"),
        ("x" * 8001, "8,000"),
        ("a\x00b", "control"),
        ("a\x1bb", "control"),
        ("a\ud800b", "control"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(typed, reason):
    with pytest.raises(Invalid, match=reason):
        clean_text(typed)


def test_8000_characters_are_8000_characters():
    assert clean_text("😀" * 8000) == "😀" * 8000


def test_a_name_stands_on_one_line():
    assert one_line(" the\t\u202eold \n lounge ") == "the old lounge"
    with pytest.raises(Invalid):
        one_line("bell\x07")
