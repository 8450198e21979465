"""A frame is made once for all receivers, and any WebSocket client can read it."""

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as Read
from websockets.frames import Opcode
from websockets.streams import StreamReader

from realtime.engine.frames import DEFLATE_FROM_BYTES, Frame

LENGTHS = [0, 1, 125, 126, 65535, 65536, 70_000]


def read(frame: bytes, *, deflate: bool = False) -> tuple[str, bool]:
    """Return the text that a client reads from the bytes, and whether it had to inflate them."""
    extensions = [PerMessageDeflate(True, True, 15, 15)] if deflate else []
    reader = StreamReader()
    reader.feed_data(frame)
    parsing = Read.parse(reader.read_exact, mask=False, extensions=extensions)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    assert done.value.value.opcode is Opcode.TEXT
    assert done.value.value.fin
    reader.feed_eof()
    with pytest.raises(StopIteration) as at_end:
        next(reader.at_eof())
    assert at_end.value.value, "bytes were left behind the frame"
    return bytes(done.value.value.data).decode(), bool(frame[0] & 0x40)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_client_reads_a_plain_frame_of_any_length(length):
    text = "é" + "x" * (length - 2) if length > 1 else "x" * length
    assert len(text.encode()) == length
    assert read(Frame(text).plain) == (text, False)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_client_inflates_a_large_frame_and_no_other(length):
    text = "x" * length
    assert read(Frame(text).deflated, deflate=True) == (text, length >= DEFLATE_FROM_BYTES)


def test_one_deflated_frame_fits_every_connection_in_any_order():
    frames = [Frame(f"{number} " + "shall we? " * 500).deflated for number in range(3)]
    assert [read(frames[n], deflate=True)[0][0] for n in (2, 0, 1, 1)] == ["2", "0", "1", "1"]
    assert len(frames[0]) < 500


def test_the_bytes_are_made_once():
    frame = Frame("x" * 5000)
    assert frame.plain is frame.plain
    assert frame.deflated is frame.deflated
