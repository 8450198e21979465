"""The throttle of values: of hundreds a second, the latest of each stream is written, all streams together."""

import asyncio
import logging
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from notifications.models import Stream
from notifications.streams.values import TOLD_EVERY, Value, checked, find_keeper, store_values
from realtime.shared.errors import CommandError, Internal
from realtime.shared.threads import read, write

logger = logging.getLogger(__name__)

# A little longer than a stream has to wait: what this process writes alone is always told at once.
SLOT_SECONDS = TOLD_EVERY.total_seconds() + 0.03


async def apublish_value(stream: Stream | str, value: float, label: str = "") -> None:
    """Keep a stream's latest value; return when it is stored, or a later one in its place.

    From the event loop. Raises what publish_value() does, and CommandError where the database cannot take it.
    """
    keeper = await read(find_keeper, stream)
    await keep(keeper.pk, checked(value, label))


async def keep(stream_id: int, value: Value) -> None:
    """Have a value stored with those that wait. Raises CommandError: then it was not."""
    loop = asyncio.get_running_loop()
    if loop not in _throttles:
        _throttles[loop] = ValueThrottle()
    # Shielded: one who goes away takes nothing from the others who wait for the same write.
    await asyncio.shield(_throttles[loop].add(stream_id, value))


class ValueThrottle:
    """The values that wait for the next slot, one a stream. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[int, Value] = {}
        self._stored: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def add(self, stream_id: int, value: Value) -> "asyncio.Future[None]":
        """Put a value in the place of the one that waits, and return the future of the slot it is written in."""
        loop = asyncio.get_running_loop()
        self._waiting[stream_id] = value
        if self._stored is None:
            self._stored = loop.create_future()
        if self._task is None:
            self._task = loop.create_task(self._write_slots(), name="values of streams")
        return self._stored

    async def _write_slots(self) -> None:
        """Write what waits, and wait for the next slot, until nothing came meanwhile. The first waits for nobody."""
        loop = asyncio.get_running_loop()
        try:
            while self._stored is not None:
                begun = loop.time()
                await self._write(self._waiting, self._stored)
                await asyncio.sleep(begun + SLOT_SECONDS - loop.time())
        finally:  # Also when the loop shuts down: nobody is left waiting for ever.
            self._task = None
            if self._stored is not None:
                settle(self._stored, Internal("The server goes down. Nothing was stored; try again."))
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
            logger.exception("The values of %d streams were not written", len(values))
        finally:
            settle(stored, error)


def settle(stored: "asyncio.Future[None]", error: CommandError | None) -> None:
    """Tell those who wait for a slot what became of it."""
    if stored.done():
        return
    if error is None:
        stored.set_result(None)
    else:
        stored.set_exception(error)
        stored.exception()  # who waited may be gone: nobody needs to have asked


_throttles: WeakKeyDictionary[asyncio.AbstractEventLoop, ValueThrottle] = WeakKeyDictionary()
