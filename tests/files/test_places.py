"""Tests of the places in audio and video files: they are overwritten, and everything else stays as it was."""

import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.processing import processes
from files.processing.answers import ChildAnswer
from files.processing.overwrites import overwrite
from files.processing.places import find_places
from files.processing.processes import ProcessingFailed
from tests.files.pictures import processed

APPLE = b"com.apple.quicktime.location.ISO6709"
PLACE = b"+52.5200+013.4050+034.000/"
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
SPHERICAL = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")


def number(value: int, width: int = 4) -> bytes:
    return value.to_bytes(width)


def box(kind: bytes, *content: bytes, long: bool = False) -> bytes:
    body = b"".join(content)
    return (number(1) + kind + number(16 + len(body), 8) if long else number(8 + len(body)) + kind) + body


def text(kind: bytes, value: bytes) -> bytes:
    return box(kind, number(len(value), 2), b"\x15\xc7", value)


def items(*pairs: tuple[bytes, bytes], quicktime: bool = True) -> bytes:
    """A list of metadata, by keys as Apple and ffmpeg write them."""
    hdlr = box(b"hdlr", bytes(8), b"mdta", bytes(13))
    keys = box(b"keys", bytes(4), number(len(pairs)), *(box(b"mdta", key) for key, _ in pairs))
    values = [box(number(at), box(b"data", number(1), bytes(4), value)) for at, (_, value) in enumerate(pairs, 1)]
    return box(b"meta", *([] if quicktime else [bytes(4)]), hdlr, keys, box(b"ilst", *values))


def track(handler: bytes, format: bytes, offsets: list[int], sizes: list[int], *more: bytes, wide=False) -> bytes:
    """A track with two samples in each chunk."""
    tables = box(
        b"stbl",
        box(b"stsd", bytes(4), number(1), box(format, bytes(8), *more)),
        box(b"stsc", bytes(4), number(1), number(1), number(2), number(1)),
        box(b"stsz", bytes(4), number(0), number(len(sizes)), *map(number, sizes)),
        box(
            b"co64" if wide else b"stco",
            bytes(4),
            number(len(offsets)),
            *(number(o, 8 if wide else 4) for o in offsets),
        ),
    )
    hdlr = box(b"hdlr", bytes(8), handler, bytes(13))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"mdhd", bytes(24)), hdlr, box(b"minf", tables)))


def film(*in_movie: bytes, behind: bytes = b"", data: bytes = b"pictures" * 4, long: bool = False) -> bytes:
    """A video of which the pictures are at 40, or at 48 in a long box."""
    head = box(b"ftyp", b"qt  ", bytes(20))
    return head + box(b"mdat", data, long=long) + box(b"moov", box(b"mvhd", bytes(100)), *in_movie) + behind


VIDEO = track(b"vide", b"avc1", [40], [16, 16])
TITLE = text(b"\xa9nam", b"Our trip")


@pytest.mark.parametrize(
    "content, kept",
    [
        (film(VIDEO, box(b"udta", text(b"\xa9xyz", PLACE), TITLE)), [b"Our trip"]),
        (film(VIDEO, box(b"udta", box(b"loci", bytes(6), b"Berlin\0", PLACE), number(0))), []),
        (film(VIDEO, box(b"udta", box(b"XMP_", b"exif", PLACE), box(b"GPMF", PLACE), box(b"abcd", PLACE))), []),
        (
            film(VIDEO, items((APPLE, PLACE), (b"com.apple.quicktime.make", b"Apple"))),
            [b"Apple", b"com.apple.quicktime.make"],
        ),
        (film(VIDEO, box(b"udta", items((b"title", b"Trip"), (b"location-eng", PLACE), quicktime=False))), [b"Trip"]),
        (film(VIDEO, box(b"udta", box(b"meta", bytes(4), box(b"hdlr", bytes(25)), box(b"ilst", box(
            b"----", box(b"mean", bytes(4), b"org.example"), box(b"name", bytes(4), b"GPSLatitude"),
            box(b"data", bytes(8), PLACE),
        ), box(b"\xa9alb", box(b"data", bytes(8), b"Album")))))), [b"Album"]),
        (film(VIDEO, behind=box(b"uuid", XMP, PLACE) + box(b"meta", bytes(4), box(b"xml ", PLACE)), long=True), []),
        (
            film(box(b"trak", VIDEO[8:], box(b"udta", text(b"\xa9xyz", PLACE)), box(b"uuid", SPHERICAL, b"360"))),
            [b"360"],
        ),
        (film(VIDEO, box(b"gps ", PLACE), behind=box(b"free", b"freeGPS ", PLACE)), []),
        (film(VIDEO, track(b"meta", b"gpmd", [40, 80], [20, 20, 20, 6]), data=PLACE.ljust(86, b"x")), []),
        (film(VIDEO, track(b"camm", b"camm", [40], [26, 0], wide=True), data=PLACE + b"pictures"), [b"pictures"]),
        (
            film(VIDEO, track(b"meta", b"mebx", [40], [26, 0], APPLE), data=PLACE),
            [APPLE],
        ),
        (film(VIDEO, track(b"meta", b"mebx", [40], [8, 0], b"com.apple.quicktime.detected-face")), [b"pictures" * 4]),
    ],
)  # fmt: skip
def test_a_video_does_not_say_where_it_was_made(tmp_path, content, kept):
    outcome = processed(tmp_path, content, "a.mov")
    stored = (tmp_path / "upload").read_bytes()
    assert (outcome.refusal, outcome.kind, outcome.content_type) == ("", "video", "video/mp4")
    assert len(stored) == len(content)
    assert b"+52" not in stored
    assert b"Berlin" not in stored
    assert all(each in stored for each in [*kept, VIDEO[100:]])
    again = BytesIO(stored)
    blanks, freed = find_places(again, "video/mp4")
    assert all(not any(stored[begin : begin + length]) for begin, length in blanks)  # nothing is left to do
    assert freed == []


def synchsafe(value: int) -> bytes:
    return bytes(value >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3(*frames: tuple[bytes, bytes], version: int = 4) -> bytes:
    size = synchsafe if version == 4 else number
    body = b"".join(kind + size(len(value)) + bytes(2) + value for kind, value in frames) + bytes(20)
    return b"ID3" + bytes([version, 0, 0]) + synchsafe(len(body)) + body


def comments(*texts: bytes) -> bytes:
    lengths = [len(each).to_bytes(4, "little") + each for each in texts]
    return b"\x04\0\0\0test" + len(texts).to_bytes(4, "little") + b"".join(lengths)


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def element(id: bytes, content: bytes) -> bytes:
    return id + number(0x10000000 | len(content)) + content


def tag(name: bytes, value: bytes) -> bytes:
    return element(b"\x67\xc8", element(b"\x45\xa3", name) + element(b"\x44\x87", value))


LONG_TITLE = b"\0" + b"A song" * 40
FRAMES = [(b"TIT2", LONG_TITLE), (b"TXXX", b"\0GPSLatitude\0" + PLACE), (b"TXXX", b"\0mood\0calm")]
UTF_16 = b"\x01" + "Location".encode("utf-16") + b"\0\0" + PLACE
TAGS = element(b"\x12\x54\xc3\x67", element(b"\x73\x73", tag(b"TITLE", b"A song") + tag(b"RECORDING_LOCATION", PLACE)))
SOUND = b"\xff\xfb\x90\x00" * 20
WEBM = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"
UNKNOWN_SIZE = b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"


@pytest.mark.parametrize(
    "content, kept",
    [
        (id3(*FRAMES) + SOUND, [b"A song" * 40, b"calm", SOUND]),
        (id3(*FRAMES, version=3) + SOUND, [b"A song" * 40, b"calm", SOUND]),
        (id3((b"TXXX", UTF_16), (b"PRIV", b"XMP\0<exif:GPSLatitude>" + PLACE)) + SOUND, [SOUND]),
        (
            b"fLaC\0\0\0\x02ab\x84" + number(len(comments(b"TITLE=A song", b"location=" + PLACE)), 3)
            + comments(b"TITLE=A song", b"location=" + PLACE) + SOUND,
            [b"TITLE=A song", b"location=", SOUND],
        ),
        (
            b"RIFF" + number(900) + b"WAVE" + chunk(b"fmt ", bytes(17)) + chunk(b"iXML", b"<LOCATION_GPS>" + PLACE)
            + chunk(b"id3 ", id3(*FRAMES)) + chunk(b"data", SOUND),
            [b"A song" * 40, SOUND],
        ),
        (WEBM + element(b"\x18\x53\x80\x67", b"A_OPUS"[:0] + element(b"\xec", b"A_OPUS") + TAGS), [b"A song"]),
        (WEBM + UNKNOWN_SIZE + TAGS + element(b"\x1f\x43\xb6\x75", SOUND), [b"A song", SOUND]),
    ],
)  # fmt: skip
def test_a_recording_does_not_say_where_it_was_made(tmp_path, content, kept):
    outcome = processed(tmp_path, content)
    stored = (tmp_path / "upload").read_bytes()
    assert (outcome.refusal, outcome.kind) == ("", "audio")
    assert len(stored) == len(content)
    assert b"+52" not in stored
    assert all(each in stored for each in kept)


BROKEN = {
    "nested": b"".join(number(8 * (10_000 - at)) + b"moov" for at in range(10_000)),
    "endless": box(b"moov", *[box(b"udta")] * 60_000),
    "behind the end": number(1) + b"moov" + number(2**63, 8) + number(1) + b"trak" + number(2**64 - 1, 8),
    "negative": number(1) + b"udta" + number(3, 8) + box(b"loci"),
    "many samples": box(b"moov", track(b"meta", b"gpmd", [0] * 1000, [2**32 - 1] * 2000)),
    "one size": box(
        b"moov", track(b"meta", b"gpmd", [2**32 - 1] * 9, []).replace(b"stsz" + bytes(8), b"stsz" + b"\xff" * 8)
    ),
    "many chunks": box(b"moov", track(b"camm", b"camm", list(range(0, 90_000, 3)), [1] * 60_000)),
    "half a header": b"\0\0\0",
    "keys": box(b"moov", box(b"meta", box(b"hdlr"), box(b"keys", number(0), number(2**32 - 1), number(2**32 - 1)))),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_made_to_break_the_search_does_not(tmp_path, content):
    content = box(b"ftyp", b"qt  ", bytes(20)) + content
    outcome = processed(tmp_path, content, "a.mov")
    assert outcome.refusal == ""
    assert outcome.kind in ("audio", "video")
    assert (tmp_path / "upload").stat().st_size == len(content)


SAMPLES = [
    (
        "video/mp4",
        film(VIDEO, track(b"meta", b"gpmd", [40], [9]), box(b"udta", text(b"\xa9xyz", PLACE)), items((APPLE, PLACE))),
    ),
    ("audio/mpeg", id3(*FRAMES) + SOUND),
    ("audio/flac", b"fLaC\x84" + number(90, 3) + comments(b"TITLE=A song", b"location=" + PLACE)),
    ("audio/wav", b"RIFF" + number(90) + b"WAVE" + chunk(b"id3 ", id3(*FRAMES)) + chunk(b"iXML", b"gps")),
    ("video/webm", WEBM + UNKNOWN_SIZE + TAGS),
]  # fmt: skip


@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_any_damage_leaves_the_search_inside_of_the_file(sample, seed):
    content_type, content = sample
    rng, damaged = random.Random(seed), bytearray(content)
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(damaged))
        damaged[at : at + rng.choice((1, 4, 8))] = rng.choice((b"\xff" * 4, b"\0" * 4, rng.randbytes(4), b""))
        if not damaged:
            return
    blanks, freed = find_places(BytesIO(bytes(damaged)), content_type)
    assert all(begin >= 0 and 0 < length <= len(damaged) - begin for begin, length in blanks)
    assert all(0 <= at <= len(damaged) - 4 for at in freed)


def test_a_process_that_was_taken_over_cannot_make_the_file_longer(tmp_path, monkeypatch):
    path = tmp_path / "upload"
    path.write_bytes(b"0123456789")
    overwrite(path, ChildAnswer(blanks=[(2, 3)], freed=[6]))
    assert path.read_bytes() == b"01\0\0\x005free"
    for answer in (ChildAnswer(blanks=[(9, 2)]), ChildAnswer(freed=[7]), ChildAnswer(blanks=[(2**62, 2**62)])):
        monkeypatch.setattr(processes, "run_child", lambda *_, answer=answer: answer)
        with pytest.raises(ProcessingFailed):
            processes.process(path, "a", "", {})
        assert path.stat().st_size == 10
