"""The throttle of values: many updates a second become one write for all streams, with each stream's latest value."""

import asyncio
import logging
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from notifications.models import Stream
from notifications.streams.values import PUBLISH_EVERY, Value, check_value, find_keeper, store_values
from realtime.shared.errors import CommandError, Internal
from realtime.shared.threads import read, write

logger = logging.getLogger(__name__)

# A little longer than PUBLISH_EVERY, so that every value that only this process writes is published when it is stored.
SLOT_SECONDS = PUBLISH_EVERY.total_seconds() + 0.03


async def apublish_value(stream: Stream | str, value: float, label: str = "") -> None:
    """Store a stream's latest value from the event loop. Return when it, or a later one in its place, is committed.

    Raises the errors of publish_value(), and CommandError if the database cannot store it.
    """
    keeper = await read(find_keeper, stream)
    await keep(keeper.pk, check_value(value, label))


async def keep(stream_id: int, value: Value) -> None:
    """Store a value together with others that wait. Raises CommandError if it was not stored."""
    loop = asyncio.get_running_loop()
    if loop not in _throttles:
        _throttles[loop] = ValueThrottle()
    # Shielded: one cancelled caller must not cancel the write for the others.
    await asyncio.shield(_throttles[loop].add(stream_id, value))


class ValueThrottle:
    """The values that wait for the next slot, one for each stream. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[int, Value] = {}
        self._stored: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def add(self, stream_id: int, value: Value) -> "asyncio.Future[None]":
        """Replace the stream's waiting value, and return the future of the slot in which it is written."""
        loop = asyncio.get_running_loop()
        self._waiting[stream_id] = value
        if self._stored is None:
            self._stored = loop.create_future()
        if self._task is None:
            self._task = loop.create_task(self._write_slots(), name="values of streams")
        return self._stored

    async def _write_slots(self) -> None:
        """Write the waiting values slot by slot until none are left. The first slot starts at once."""
        loop = asyncio.get_running_loop()
        try:
            while self._stored is not None:
                begun = loop.time()
                await self._write(self._waiting, self._stored)
                await asyncio.sleep(begun + SLOT_SECONDS - loop.time())
        finally:  # also when the loop shuts down: no caller may wait for ever
            self._task = None
            if self._stored is not None:
                resolve_slot(self._stored, Internal("The server is shutting down. Nothing was stored. Try again."))
                self._stored = None

    async def _write(self, values: Mapping[int, Value], stored: "asyncio.Future[None]") -> None:
        self._waiting, self._stored = {}, None
        error: CommandError | None = Internal()
        try:
            await write(store_values, values)
            error = None
        except CommandError as refusal:
            error = refusal
        except Exception:
            logger.exception("Storing the values of %d streams failed", len(values))
        finally:
            resolve_slot(stored, error)


def resolve_slot(stored: "asyncio.Future[None]", error: CommandError | None) -> None:
    """Resolve the future of a slot with its result."""
    if stored.done():
        return
    if error is None:
        stored.set_result(None)
    else:
        stored.set_exception(error)
        stored.exception()  # marked as retrieved: every caller may have been cancelled


_throttles: WeakKeyDictionary[asyncio.AbstractEventLoop, ValueThrottle] = WeakKeyDictionary()
