"""Tests of the speed of all uploads, or all downloads, together."""

import asyncio

import pytest

from files import pace
from files.pace import Pace


@pytest.fixture
def pauses(monkeypatch):
    """The pauses of uploads in seconds, which are not made."""
    made: list[float] = []

    async def note(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(pace.asyncio, "sleep", note)
    return made


async def test_uploads_share_their_speed(pauses, monkeypatch):
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: 1000.0)
    shared = Pace(10)
    for _ in range(3):
        await shared.wait(1_000_000)
    assert pauses == pytest.approx([0.1, 0.2, 0.3])


async def test_a_slow_upload_does_not_wait(pauses):
    await Pace(100).wait(1_400)
    assert pauses == []
