"""Group commit: what arrives while a transaction is under way is written together in the next one."""

import asyncio

from chat.services import Draft, Posted, Reading, mark_readings, post_messages
from realtime.gathering import EachLoop, Gathering
from realtime.threads import writer

MOST_WAITING = 2_000  # half a second of posts

_posts = EachLoop[Gathering[Draft, Posted]](lambda: Gathering(writer, post_messages, MOST_WAITING))
_readings = EachLoop[Gathering[Reading, None]](lambda: Gathering(writer, mark_readings, MOST_WAITING))


def post(draft: Draft) -> "asyncio.Future[Posted]":
    """Have a message posted with those that wait; from the event loop."""
    return _posts.get().add(draft)


def note_reading(reading: Reading) -> "asyncio.Future[None]":
    """Have a reading noted with those that wait: a room of 200 reads a message within a second."""
    return _readings.get().add(reading)
