"""The files of messages on pages. tests/js/files.test.js holds the script to the same sizes and words."""

import pytest

from chat.models import Message
from chat.pages.message_files import file_size, file_url, row_lengths, show_files, shown_size, split_name
from tests.browser.shown_files import file, image, voice


@pytest.mark.parametrize(
    "size, shown",
    [((1600, 1000), (420, 263)), ((200, 100), (200, 100)), ((100, 5000), (64, 320)), ((None, None), (420, 236))],
)
def test_an_image_is_shown_as_large_as_fits(size, shown):
    assert shown_size({"width": size[0], "height": size[1]}) == shown


def test_no_row_of_images_is_short():
    assert row_lengths(7) == [3, 3, 3, 4, 4, 4, 4]
    assert row_lengths(4) == [2, 2, 2, 2]
    for count in range(1, 21):
        assert len(row_lengths(count)) == count
        assert max(row_lengths(count)) <= 4


def test_sizes_are_short():
    sizes = [0, 1, 999, 1000, 1234, 9_960, 48_213, 999_600, 3_400_000, 2_500_000_000]
    words = ["0 bytes", "1 byte", "999 bytes", "1 kB", "1.2 kB", "10 kB", "48 kB", "1 MB", "3.4 MB", "2.5 GB"]
    assert [file_size(size) for size in sizes] == words


def test_long_names_keep_their_end():
    assert split_name("a" * 60 + "-corrected.pdf") == ("a" * 60 + "-c", "orrected.pdf")
    assert split_name("notes.txt") == ("notes.txt", "")


def test_a_name_cannot_leave_its_part_of_the_url():
    assert file_url("1", "../a?b#c/d.pdf") == "/files/1/..%2Fa%3Fb%23c%2Fd.pdf"


def test_images_are_apart_from_other_files_and_keep_their_order():
    files = [image(name="a.jpg"), file("b.pdf"), image(name="c.jpg", alt="A cat"), voice()]
    shown = show_files(Message(files=files))
    assert [(each["name"], each["alt"]) for each in shown["images"]] == [("a.jpg", "a.jpg"), ("c.jpg", "A cat")]
    assert [each["name"] for each in shown["others"]] == ["b.pdf", "voice.webm"]
    assert shown["others"][1]["facts"] == "48 kB · 0:04"


def test_a_deleted_message_shows_none():
    assert show_files(Message()) is None
    assert show_files(Message(files=[file("a.pdf")], deleted_at="2026-11-20T12:00:00Z")) is None
