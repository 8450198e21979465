"""Tests of what a request for a file asks for: ranges, versions, names."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.checks import check_x_accel
from files.downloads.conditions import ByteRange, Unsatisfiable, find_span, has_same, is_unmodified, wants_other
from files.downloads.found_files import FoundFile, name_download

TAG = '"abc"'
MODIFIED = 1_800_000_000.5
DATE = "Fri, 15 Jan 2027 08:00:00 GMT"


def span(range: str, size: int = 10, **more: str) -> ByteRange | None:
    headers = {name.replace("_", "-").encode(): value.encode() for name, value in more.items()}
    return find_span({b"range": range.encode(), **headers}, size, TAG, MODIFIED)


@pytest.mark.parametrize(
    ("range", "found"),
    [
        ("bytes=0-3", (0, 4)),
        ("bytes=3-", (3, 10)),
        ("bytes=0-", (0, 10)),
        ("bytes=9-9", (9, 10)),
        ("bytes=3-999999999999999999", (3, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("Bytes = 2 - 4 ", (2, 5)),
    ],
)
def test_a_range_is_a_part_of_the_file(range, found):
    assert span(range) == found


@pytest.mark.parametrize(
    "range", ["", "bytes=", "bytes=-", "bytes=4-3", "bytes=0-1,4-5", "bytes=a-b", "items=0-1", "bytes=0x1-2", "0-1",
              "bytes=1-2-3", "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_what_is_no_single_range_is_ignored(range):
    assert span(range) is None


@pytest.mark.parametrize("range", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(range):
    with pytest.raises(Unsatisfiable):
        span(range)


@pytest.mark.parametrize("range", ["bytes=0-", "bytes=-1", "bytes=0-0"])
def test_an_empty_file_has_no_range(range):
    with pytest.raises(Unsatisfiable):
        span(range, size=0)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 15))
def test_a_range_is_never_outside_of_the_file(first, last, size):
    for text in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        try:
            found = span(text, size)
        except Unsatisfiable:
            continue
        assert found is None or 0 <= found.begin < found.end <= size


@pytest.mark.parametrize(
    ("if_range", "found"), [(TAG, (0, 4)), (DATE, (0, 4)), ('"other"', None), (f"W/{TAG}", None), ("Fri", None)]
)
def test_a_range_of_another_version_is_ignored(if_range, found):
    assert span("bytes=0-3", if_range=if_range) == found


@pytest.mark.parametrize(
    ("tags", "same", "other"),
    [
        (TAG, True, False),
        (f'"x", {TAG}', True, False),
        (f"W/{TAG}", True, True),
        ("*", True, False),
        ("x", False, True),
    ],
)
def test_versions_are_compared(tags, same, other):
    assert has_same({b"if-none-match": tags.encode()}, TAG) is same
    assert wants_other({b"if-match": tags.encode()}, TAG) is other


def test_a_date_counts_where_there_is_no_tag():
    assert is_unmodified({b"if-modified-since": DATE.encode()}, MODIFIED)
    assert not is_unmodified({b"if-modified-since": b"Fri, 15 Jan 2027 07:59:59 GMT"}, MODIFIED)
    assert not is_unmodified({b"if-modified-since": b"yesterday"}, MODIFIED)
    assert not is_unmodified({b"if-modified-since": DATE.encode(), b"if-none-match": b'"x"'}, MODIFIED)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_a_name_in_any_script_cannot_leave_its_header(name):
    header = name_download(name, is_shown=False)
    found = re.fullmatch(r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([\w.~%-]+)", header, re.ASCII)
    assert found
    assert not set('"\\%') & set(found[1])
    assert unquote(found[2]) == name


@pytest.mark.parametrize(
    ("kind", "content_type", "begin"),
    [
        ("image", "image/png", "inline"),
        ("audio", "audio/mpeg", "inline"),
        ("video", "video/mp4", "inline"),
        ("text", "text/plain", "attachment"),
        ("other", "application/pdf", "attachment"),
        ("other", "image/svg+xml", "attachment"),
        ("other", "text/html", "attachment"),
        ("image", "text/html", "attachment"),
    ],
)
def test_only_what_is_harmless_is_shown(kind, content_type, begin):
    headers = FoundFile("a", kind, content_type, {"original": "x"}).describe_part("original")
    assert headers["Content-Disposition"].startswith(f"{begin};")
    assert headers["Content-Type"] == content_type


def test_a_file_that_is_called_like_a_thumbnail_is_found():
    parts = {"original": "x", "small": "y"}
    assert FoundFile("a.png", "image", "image/png", parts).find_part("small") == "small"
    assert FoundFile("small", "other", "", {"original": "x"}).find_part("small") == "original"
    assert FoundFile("original", "image", "image/png", parts).find_part("original") == "original"


@pytest.mark.parametrize(
    ("location", "is_right"), [("", True), ("/stored", True), ("/a/b-c", True), ("stored", False), ("/a b", False)]
)
def test_the_location_of_nginx_is_checked(settings, location, is_right):
    settings.FILES_X_ACCEL = location
    assert [error.id for error in check_x_accel(None)] == ([] if is_right else ["files.E004"])
