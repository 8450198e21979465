"""Tests of hostile files: bombs, polyglots, decoders that crash or hang, and a process that was taken over."""

import gc
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import msgspec
import pytest
from PIL import Image

from files.conf import limits
from files.outcomes import Outcome
from files.processing import animations, processes
from files.processing.answers import ANSWER, ChildAnswer
from files.processing.processes import ProcessingFailed
from tests.files.pictures import animated, encode, part, picture, processed


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def tiff_of_size(width: int, height: int) -> bytes:
    """A TIFF whose header says another size than it has."""
    content = encode(picture("L"), "TIFF", compression="tiff_adobe_deflate")
    for tag, old, new in ((256, 64, width), (257, 48, height)):
        content = content.replace(struct.pack("<HHII", tag, 4, 1, old), struct.pack("<HHII", tag, 4, 1, new))
        content = content.replace(struct.pack("<HHIHH", tag, 3, 1, old, 0), struct.pack("<HHII", tag, 4, 1, new))
    return content


def replaced(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def jpeg_with_scans(scans: int) -> bytes:
    content = encode(picture(), "JPEG", progressive=True)
    end = content.rindex(b"\xff\xda")
    return content[:end] + content[end:-2] * scans + content[-2:]


@pytest.mark.parametrize(
    "content, name",
    [
        (png(30_000, 30_000), "a.png"),
        (png(1_000_000, 1), "a.png"),
        (tiff_of_size(60_000, 60_000), "a.tif"),
        (replaced(encode(picture("P"), "GIF"), 6, struct.pack("<HH", 65_535, 65_535)), "a.gif"),
        (replaced(encode(picture(), "BMP"), 18, struct.pack("<ii", 50_000, 50_000)), "a.bmp"),
    ],
    ids=["png", "long png", "tiff", "gif", "bmp"],
)
def test_too_many_pixels_are_refused_by_the_header(tmp_path, content, name):
    assert processed(tmp_path, content, name).refusal == "too_many_pixels"
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]


def test_endless_scans_are_refused(tmp_path):
    assert processed(tmp_path, jpeg_with_scans(2), "a.jpg").refusal == ""
    assert processed(tmp_path, jpeg_with_scans(2_000), "a.jpg").refusal == "takes_too_long"


def test_ten_thousand_frames_become_the_first(tmp_path):
    frame = animated("GIF", 2, (2, 2))
    first, second = (at for at in range(len(frame)) if frame.startswith(b"!\xf9\x04", at))
    content = frame[:second] + frame[second:-1] * 10_000 + b";"
    assert first < second
    outcome = processed(tmp_path, content, "a.gif")
    assert (outcome.kind, outcome.content_type) == ("image", "image/png")
    assert "is_animated" not in outcome.facts


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_the_pixels_of_all_frames_are_bounded(monkeypatch, format):
    image = Image.open(BytesIO(animated(format, 3, (32, 24))))
    monkeypatch.setattr(animations, "MOST_PIXELS", 3 * 32 * 24)
    assert animations.measure_animation(image) == ([80, 80, 80], 0)
    monkeypatch.setattr(animations, "MOST_PIXELS", 3 * 32 * 24 - 1)
    assert animations.measure_animation(image) is None


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"])
def test_truncated_images_are_refused(tmp_path, format):
    content = encode(picture(size=(200, 150)), format)
    outcome = processed(tmp_path, content[: len(content) // 2], f"a.{format.lower()}")
    assert outcome.refusal == "damaged"


@pytest.mark.parametrize("head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 "])
def test_a_signature_alone_is_no_image(tmp_path, head):
    assert processed(tmp_path, head + b"\x01\x00" * 100, "a.jpg").refusal == "damaged"


def test_polyglots_lose_their_other_half(tmp_path):
    script = b"*/=alert(1)//<script>alert(1)</script>PK\x03\x04%PDF-1.4"
    for format in ("JPEG", "PNG", "GIF", "BMP", "WEBP"):
        outcome = processed(tmp_path, encode(picture(), format) + script, "a.html")
        assert outcome.kind == "image"
        assert b"script" not in b"".join(path.read_bytes() for path in outcome.parts.values())
    gif = encode(picture("P"), "GIF")
    assert processed(tmp_path, gif[:6] + b"/*" + gif[8:] + script, "a.js").kind in ("image", "other")
    assert processed(tmp_path, b"%PDF-1.4\n" + b"PK\x03\x04" + script, "a.zip").content_type == "application/pdf"


@pytest.mark.parametrize(
    "content, name",
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"<!doctype html><script>alert(1)</script>", "a.html"),
        (b"<?xml version='1.0'?><a/>", "a.xml"),
        (b"alert(1)", "a.js"),
        (b"#!/bin/sh\nrm -rf /", "a.png"),
        (b"BM is what a sentence may begin with", "a.bmp"),
    ],
)
def test_what_browsers_could_run_is_plain_text(tmp_path, content, name):
    outcome = processed(tmp_path, content, name)
    assert (outcome.kind, outcome.content_type) == ("text", "text/plain")
    assert outcome.facts["first_lines"].encode() in content


def test_a_decompression_bomb_in_metadata_is_harmless(tmp_path):
    """100 MB of zeros in a compressed comment and in a colour profile."""
    zeros = zlib.compress(bytes(100_000_000), 9)
    content = png(1, 1, b"\0abc")
    bomb = chunk(b"zTXt", b"a\0\0" + zeros) + chunk(b"iCCP", b"a\0\0" + zeros)
    outcome = processed(tmp_path, content[:33] + bomb + content[33:], "a.png")
    assert outcome.refusal in ("", "damaged")


@pytest.fixture
def child(monkeypatch):
    """A function that replaces the child by other code; it may call `bound` to set the limits of a child."""

    def use(code: str, **bounds: int) -> None:
        start = (
            "import sys, os, signal, time; sys.path.insert(0, sys.argv[1]); folder = sys.argv[2];"
            "import msgspec; from files.processing import child;"
            "from files.processing.answers import *;"
            "bound = lambda: child.bound_process(msgspec.json.decode(sys.argv[3], type=ChildJob));"
            "answer = lambda text: open(folder + '/answer.json', 'w').write(text);"
            "say = lambda text: answer(msgspec.json.encode("
            "ChildAnswer(kind='text', content_type='text/plain', first_lines=text)).decode());\n"
        )
        monkeypatch.setattr(processes, "COMMAND", [sys.executable, "-I", "-c", start + code, str(processes.ROOT)])
        for name, value in bounds.items():
            monkeypatch.setattr(limits, name, value)

    return use


def test_a_process_that_hangs_is_killed_with_its_group(tmp_path, child):
    child(
        "import subprocess; other = subprocess.Popen(['sleep', '60'])\n"
        "open(os.path.dirname(folder) + '/other', 'w').write(str(other.pid)); time.sleep(60)",
        PROCESSING_SECONDS=2,
    )
    begin = monotonic()
    assert processed(tmp_path, b"a").refusal == "takes_too_long"
    assert monotonic() - begin < 10
    assert ends(int((tmp_path / "other").read_text()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "upload"]


def ends(pid: int) -> bool:
    """Wait for the end of a process that is not ours, and return whether it came."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(10_000))
    finally:
        os.close(descriptor)


def test_a_decoder_that_loops_is_ended_by_its_processor_time(tmp_path, child):
    child("bound()\nwhile True: pass", PROCESSING_CPU_SECONDS=1)
    assert processed(tmp_path, b"a").refusal == "takes_too_long"


def test_a_process_without_its_server_ends_by_itself(tmp_path, child):
    child("child.bound_process(ChildJob('', 500, 60, 1, 1, 1)); time.sleep(60)", PROCESSING_SECONDS=50)
    assert processed(tmp_path, b"a").refusal == "takes_too_long"


def test_memory_files_and_sizes_are_limited(tmp_path, child):
    child(
        "bound(); found = []\n"
        "try: bytearray(10**9)\n"
        "except MemoryError: found.append('memory')\n"
        "try: [open('/dev/null') for _ in range(50)]\n"
        "except OSError as error: found.append(error.errno)\n"
        "try: f = open(folder + '/large', 'wb'); f.truncate(3_000_000)\n"
        "except OSError as error: found.append(error.errno)\n"
        "say(repr(found))",
        PROCESSING_MEGABYTES=500,
        PROCESSING_RESULT_MEGABYTES=2,
    )
    assert processed(tmp_path, b"a").facts["first_lines"] == "['memory', 24, 27]"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGILL])
def test_a_crash_of_a_decoder_is_a_damaged_file(tmp_path, child, number):
    child(f"bound(); os.kill(os.getpid(), {int(number)})")
    assert processed(tmp_path, b"a").refusal == "damaged"


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(1)",
        "raise ImportError('broken')",
        "pass",
        "answer('')",
        "answer('[]')",
        "answer('{' * 9)",
        'answer(\'{"kind": "page"}\')',
        'answer(\'{"content_type": "text/html"}\')',
        'answer(\'{"kind": "text", "content_type": "text/html"}\')',
        "answer('{\"owner\": 1}')",
        'answer(\'{"refusal": "a sentence"}\')',
        "answer('{\"first_lines\": \"' + 'a' * 1001 + '\"}')",
        "answer(' ' * 2_000_000 + '{}')",
        "answer('{\"blanks\": [[-1, 5]]}')",
        "answer('{\"blanks\": [[0, 5]]}')",
        "os.symlink('/etc/hostname', folder + '/answer.json')",
        "os.mkfifo(folder + '/answer.json')",
    ],
)
def test_no_answer_but_ours_is_accepted(tmp_path, child, code):
    child(code)
    with pytest.raises(ProcessingFailed):
        processed(tmp_path, b"a")
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]


IMAGE = {"kind": "image", "content_type": "image/png", "ending": ".png", "width": 3, "height": 2, "thumbhash": "AAAA"}


@pytest.mark.parametrize(
    "change",
    [
        {"content_type": "image/svg+xml"},
        {"content_type": "text/html"},
        {"ending": ".jpg"},
        {"width": None},
        {"width": 0},
        {"height": 70_000},
        {"thumbhash": '"><script>'},
        {"thumbhash": "A" * 41},
    ],
)
def test_an_answer_about_an_image_is_checked(tmp_path, change):
    for name in ("original", "small", "large"):
        (tmp_path / name).write_bytes(b"a")
    (tmp_path / ANSWER).write_bytes(msgspec.json.encode(IMAGE))
    assert processes.read_answer(tmp_path) == msgspec.convert(IMAGE, ChildAnswer)
    (tmp_path / ANSWER).write_bytes(msgspec.json.encode(IMAGE | change))
    with pytest.raises(ProcessingFailed):
        processes.read_answer(tmp_path)


@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder", "empty", "missing"])
def test_parts_must_be_plain_files_of_the_process(tmp_path, kind):
    secret = tmp_path / "secret"
    secret.write_text("a key")
    for name in ("original", "large"):
        (tmp_path / name).write_bytes(b"a")
    make = {
        "link": lambda path: path.symlink_to(secret),
        "hard link": lambda path: path.hardlink_to(secret),
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "empty": Path.touch,
        "missing": str,
    }
    make[kind](tmp_path / "small")
    (tmp_path / ANSWER).write_bytes(msgspec.json.encode(IMAGE))
    with pytest.raises(ProcessingFailed):
        processes.read_answer(tmp_path)


def test_the_process_knows_nothing_of_the_server(tmp_path, child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a secret")
    child(
        "say(repr(sorted(os.environ)) + repr([name for name in sys.modules if name.startswith('django')])"
        "+ repr(len(os.listdir('/proc/self/fd'))))"
    )
    seen = processed(tmp_path, b"a").facts["first_lines"]
    assert "SECRET_KEY" not in seen
    assert "LC_ALL" in seen
    assert seen.endswith("[]4")  # the standard streams, and the one that lists them


def test_a_child_needs_no_django():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import files.processing.child, files.processing.images;"
        "print([name for name in sys.modules if name.startswith('django')])"
    )
    run = subprocess.run([sys.executable, "-I", "-c", code, processes.ROOT], capture_output=True, text=True)
    assert run.stdout == "[]\n"


def test_a_full_disk_is_not_the_fault_of_the_file(tmp_path, child):
    child("from files.processing import child; sys.exit(child.DISK_FULL)")
    with pytest.raises(ProcessingFailed):
        processed(tmp_path, b"a")


def test_ten_at_once_leave_the_memory_of_the_server_as_it_is(tmp_path):
    content = encode(picture(size=(3000, 2000)), "JPEG")

    def run(number: int) -> Outcome:
        folder = tmp_path / str(number)
        folder.mkdir()
        return processed(folder, content, "a.jpg")

    run(10)  # whatever the first one imports
    gc.collect()
    before = resident_bytes()
    with ThreadPoolExecutor(10) as threads:
        outcomes = list(threads.map(run, range(10)))
    assert {outcome.kind for outcome in outcomes} == {"image"}
    assert {part(outcome).size for outcome in outcomes[:1]} == {(3000, 2000)}
    gc.collect()
    del outcomes
    assert resident_bytes() - before < 30_000_000  # the picture of the assertion; ten would be 240 MB


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


AS_NOBODY = """
import copy, io, os, pathlib, sys
sys.path.insert(0, sys.argv[1])
from PIL import Image
from files.processing import child, images
content = pathlib.Path(sys.argv[3]).read_bytes()
Image.init()
os.setuid(65534)
child.forbid_processes(sys.argv[2])
try:
    os.fork()
except OSError:
    answer = images.process_image(io.BytesIO(content), content[:4096], sys.argv[2], pathlib.Path(sys.argv[4]), 60)
    os._exit(0 if answer.kind == "image" else 1)
os._exit(2)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become another user; others are limited in all tests.")
@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
def test_no_decoder_needs_a_thread(tmp_path, format):
    """The limit of processes does not hold for root, so this becomes somebody else."""
    upload = tmp_path / "upload"
    upload.write_bytes(animated(format) if format in ("GIF", "WEBP", "AVIF") else encode(picture(), format))
    with TemporaryDirectory() as folder:  # tmp_path is below a folder of root
        Path(folder).chmod(0o777)
        run = subprocess.run([sys.executable, "-I", "-c", AS_NOBODY, str(processes.ROOT), format, upload, folder])
    assert run.returncode == 0
