"""Tests of the processing of files: their types by content, and the process in which it happens."""

import os

import pytest

from tests.files.pictures import encode, part, picture, processed

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
        (os.urandom(64) + b"\0\xff", "a.pdf", "other", "application/octet-stream"),
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
