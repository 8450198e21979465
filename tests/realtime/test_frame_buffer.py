"""Bytes are split into frames, wherever reads end."""

import pytest

from realtime.serving.frame_buffer import FrameBuffer
from tests.realtime.wire import CONTINUATION, PING, TEXT, frame

FRAMES = [frame(TEXT, b"x" * length) for length in (0, 1, 125, 126, 1000)] + [frame(PING), frame(CONTINUATION, b"end")]


def taken(buffer):
    frames = []
    while (found := buffer.take()) is not None:
        frames.append(bytes(found))
    return frames


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 1000, 10_000])
def test_frames_are_found_wherever_reads_end(size):
    buffer, data, frames = FrameBuffer(1000), b"".join(FRAMES), []
    for start in range(0, len(data), size):
        buffer.feed(data[start : start + size])
        frames += taken(buffer)
    assert frames == FRAMES
    assert len(buffer) == 0


def test_one_frame_in_one_read_is_not_copied():
    buffer = FrameBuffer(1000)
    buffer.feed(FRAMES[3])
    assert buffer.take() is FRAMES[3]


@pytest.mark.parametrize("size", [1, 9, 100, 2000, 100_000])
def test_of_a_frame_that_is_too_large_only_the_header_is_kept(size):
    buffer = FrameBuffer(1000)
    data = frame(TEXT, b"x" * 70_000) + FRAMES[1] + frame(TEXT, b"x" * 1001) + FRAMES[2]
    frames = []
    for start in range(0, len(data), size):
        buffer.feed(data[start : start + size])
        frames += taken(buffer)
        assert len(buffer) < 1010
    assert frames == [data[:14], FRAMES[1], frame(TEXT, b"x" * 1001)[:8], FRAMES[2]]
