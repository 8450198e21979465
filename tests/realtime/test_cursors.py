import pytest

from realtime.shared.cursors import make_cursor, read_cursor


def test_a_cursor_is_read_in_the_listing_that_it_was_made_for():
    cursor = make_cursor("rooms", "ēta & cake", 7)
    assert read_cursor("rooms", cursor) == ["ēta & cake", 7]
    assert read_cursor("members.7", cursor) is None


@pytest.mark.parametrize("cursor", [None, "", "7", "x", "\0", ":", "a:b", "é", "W10:", "9" * 5000])
def test_a_cursor_that_we_did_not_make_is_the_start(cursor):
    assert read_cursor("rooms", cursor) is None


def test_a_changed_cursor_is_the_start():
    position, _, signature = make_cursor("rooms", "tea", 7).partition(":")
    assert read_cursor("rooms", f"{position[:-1]}A:{signature}") is None
    assert read_cursor("rooms", f"{position}:{signature[::-1]}") is None
