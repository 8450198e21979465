"""Tests of the processing of files: their types by content, and the process in which it happens."""

import random

import pytest

from files.partial_files import PartialFile
from files.processing.media_facts import check_media_facts
from files.processing_runs import process_upload
from tests.files.pictures import HEIC, animated, encode, part, picture, processed
from tests.files.rows import stored_file

MP4_HEAD = b"\0\0\0\x14ftypisom\0\0\0\0isom"


def mp4(*handlers: bytes) -> bytes:
    tracks = b"".join(b"\0\0\0\x20hdlr" + bytes(8) + handler + bytes(12) for handler in handlers)
    return MP4_HEAD + (8 + 40).to_bytes(4) + b"free" + bytes(40) + (8 + len(tracks)).to_bytes(4) + b"moov" + tracks


@pytest.mark.parametrize(
    "content, name, kind, content_type",
    [
        (b"", "empty.txt", "other", "application/octet-stream"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.pdf", "other", "application/pdf"),
        (b"PK\x03\x04" + bytes(30), "a.zip", "other", "application/zip"),
        (b"PK\x03\x04" + bytes(30), "a.odt", "other", "application/vnd.oasis.opendocument.text"),
        (b"PK\x03\x04" + bytes(30), "a.jpg", "other", "application/zip"),
        (random.Random(1).randbytes(64) + b"\0\xff", "a.pdf", "other", "application/octet-stream"),
        (b"\0\xff", "a.jpg", "other", "application/octet-stream"),
        (b"fLaC\0\0\0\x22", "a.bin", "audio", "audio/flac"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a", "audio", "audio/wav"),
        (b"ID3\x04\0\0", "a", "audio", "audio/mpeg"),
        (b"\xff\xfb\x90\x00\0\0", "a", "audio", "audio/mpeg"),
        (b"OggS\0\x02" + bytes(22) + b"OpusHead", "a", "audio", "audio/ogg"),
        (b"OggS\0\x02" + bytes(22) + b"\x80theora", "a", "video", "video/ogg"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm" + b"A_OPUS", "a", "audio", "audio/webm"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm" + b"A_OPUS V_VP9", "a", "video", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "a", "other", "application/x-matroska"),
        (mp4(b"soun"), "a", "audio", "audio/mp4"),
        (mp4(b"soun", b"vide"), "a", "video", "video/mp4"),
        (b"\0\0\0\x14ftypqt  " + bytes(8), "a.mov", "video", "video/mp4"),
    ],
)
def test_the_content_decides_the_type(tmp_path, content, name, kind, content_type):
    outcome = processed(tmp_path, content, name)
    assert (outcome.refusal, outcome.kind, outcome.content_type) == ("", kind, content_type)
    assert outcome.parts == {"original": tmp_path / "upload"}
    assert outcome.folder is None
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]


def test_an_image_is_stored_with_two_thumbnails(tmp_path):
    outcome = processed(tmp_path, encode(picture(size=(2400, 1200)), "JPEG"), "a.png")
    assert (outcome.kind, outcome.content_type, outcome.name) == ("image", "image/jpeg", "a.jpg")
    assert {name: (part(outcome, name).format, part(outcome, name).size) for name in outcome.parts} == {
        "original": ("JPEG", (2400, 1200)),
        "large": ("WEBP", (1920, 960)),
        "small": ("WEBP", (480, 240)),
    }
    assert (outcome.facts["width"], outcome.facts["height"]) == (2400, 1200)
    assert outcome.folder


@pytest.mark.parametrize(
    "content, lines",
    [
        ("Zoë\nund 日本".encode(), "Zoë\nund 日本"),
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc"),
        ("Zoë".encode("utf-16"), "Zoë"),
        (b"\xfe\xff" + "Zoë".encode("utf-16-be"), "Zoë"),
        (b"line\n" * 30, "\n".join(["line"] * 10)),
        (b"a" * 5_000_000, "a" * 1000),
        ("ë".encode() * 1_500_000, "ë" * 1000),  # a character is cut by the end of a piece
        (b"\x1b[31mred\x1b[0m\tlog", "\x1b[31mred\x1b[0m\tlog"),
    ],
)
def test_text_has_its_first_lines(tmp_path, content, lines):
    outcome = processed(tmp_path, content, "notes.txt")
    assert (outcome.kind, outcome.content_type, outcome.facts) == ("text", "text/plain", {"first_lines": lines})


@pytest.mark.parametrize(
    "content", [b"a\0b", b"a" * 2_000_000 + b"\0", b"abc \xff", b"abc \xc3", "Zoë".encode("utf-16-le"), b"\xff\xfea"]
)
def test_what_is_not_text_to_its_last_byte_is_a_download(tmp_path, content):
    assert processed(tmp_path, content, "a.txt").kind == "other"


def test_the_name_of_a_text_tells_its_type(tmp_path):
    assert processed(tmp_path, b"a,b\n1,2\n", "a.csv").content_type == "text/csv"
    assert processed(tmp_path, b"{}", "a.json").content_type == "application/json"


@pytest.mark.parametrize(
    "kind, facts, expected",
    [
        ("audio", {"duration": 3.14159, "voice": True}, {"duration": 3.14, "voice": True}),
        ("audio", {"waveform": "AAEC"}, {"waveform": "AAEC"}),
        ("audio", {"duration": 1, "width": 3, "height": 4}, {"duration": 1}),
        ("video", {"width": 640, "height": 360, "voice": True, "waveform": "AAEC"}, {"width": 640, "height": 360}),
        ("video", {"width": 640}, {}),
        ("video", {"width": 640, "height": 0}, {}),
        ("video", {"width": True, "height": 10**9}, {}),
        ("audio", {"duration": -1}, {}),
        ("audio", {"duration": float("nan")}, {}),
        ("audio", {"duration": float("inf")}, {}),
        ("audio", {"duration": 10**400}, {}),
        ("audio", {"duration": "3"}, {}),
        ("audio", {"duration": True, "voice": "yes", "waveform": ["AAEC"]}, {}),
        ("audio", {"waveform": "A" * 136}, {}),
        ("audio", {"waveform": "<script>"}, {}),
        ("audio", {"waveform": ""}, {}),
        ("image", {"duration": 1}, {}),
        ("audio", {"html": "<b>"}, {}),
    ],
)  # fmt: skip
def test_the_facts_of_browsers_are_bounded(kind, facts, expected):
    assert check_media_facts(kind, facts) == expected


@pytest.mark.parametrize(
    "types, name, content, state",
    [
        (["image/gif"], "a.gif", animated("GIF"), "ready"),
        ([".gif"], "a.gif", animated("GIF"), "ready"),
        ([".heic"], "a.heic", HEIC, "ready"),
        ([".svg"], "a.svg", b"<svg/>", "ready"),
        ([".csv"], "a.csv", b"a,b", "ready"),
        ([".wav"], "a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "ready"),
        (["image/*"], "a.png", b"<svg/>", "refused"),
        ([".pdf"], "a.pdf", b"<script>", "refused"),
        ([".png"], "a.png", b"PK\x03\x04", "refused"),
    ],
)
@pytest.mark.django_db
def test_the_allowed_types_hold_for_the_content(settings, tmp_path, ada, types, name, content, state):
    settings.FILES_UPLOADS_ROOT, settings.MEDIA_ROOT = tmp_path / "uploads", tmp_path / "media"
    settings.FILE_TYPES = types
    file = stored_file(ada, name, state="processing", length=len(content), size=len(content), kind="other")
    with PartialFile(file.key) as partial:
        partial.append(content)
    process_upload(file.key)
    file.refresh_from_db()
    assert (file.state, file.refusal) == (state, "" if state == "ready" else "type_not_allowed")
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == []
