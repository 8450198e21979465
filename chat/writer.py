"""Group commit: what arrives while a transaction is under way is written together in the next one.

On one disk a transaction of one post costs nearly what one of a hundred costs.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from chat.services import Draft, Posted, Reading, mark_readings, post_messages
from realtime.errors import CommandError, Internal, Unavailable
from realtime.threads import write

logger = logging.getLogger(__name__)

MOST_WAITING = 2_000  # Half a second of posts. Whoever comes later is told to come again.
MOST_TOGETHER = 128  # More hardly saves, and makes the first one wait longer.


class GroupCommit[Item, Result]:
    """Hands what is asked for to a service that takes many at once, one call at a time.

    Belongs to one event loop. `service` returns a result or a CommandError for each item, in their order.
    """

    def __init__(self, service: Callable[[Sequence[Item]], list[Result | CommandError]]) -> None:
        self._service = service
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._task: asyncio.Task | None = None

    def add(self, item: Item) -> "asyncio.Future[Result]":
        """Return the future result; it raises the CommandError. Raises Unavailable when too many wait."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too much is being written just now. Nothing was stored; try again.", retry_after=1)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._write_all(), name="group commit")
        return future

    async def _write_all(self) -> None:
        group: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
                await self._write(group)
        finally:  # Also when the loop shuts down: nobody is left waiting for ever.
            self._task = None
            for _, future in [*group, *self._waiting]:
                settle(future, Unavailable())
            self._waiting.clear()

    async def _write(self, group: list[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await write(self._service, [item for item, _ in group])
        except CommandError as error:
            results = [error] * len(group)
        except Exception:  # Ours, whatever it is: who waits is told, and the next group is written.
            logger.exception("A group of %d was not written", len(group))
            results = [Internal()] * len(group)
        for (_, future), result in zip(group, results, strict=True):
            settle(future, result)


def settle[Result](future: "asyncio.Future[Result]", result: Result | CommandError) -> None:
    """Give a future its result, or the error it is; one that is done stays as it is."""
    if future.done():
        return
    if isinstance(result, CommandError):
        future.set_exception(result)
    else:
        future.set_result(result)


_posts: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupCommit[Draft, Posted]] = WeakKeyDictionary()
_readings: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupCommit[Reading, None]] = WeakKeyDictionary()


def post(draft: Draft) -> "asyncio.Future[Posted]":
    """Have a message posted with those that wait; from the event loop."""
    return _of_this_loop(_posts, post_messages).add(draft)


def note_reading(reading: Reading) -> "asyncio.Future[None]":
    """Have a reading noted with those that wait: a room of 200 reads a message within a second."""
    return _of_this_loop(_readings, mark_readings).add(reading)


def _of_this_loop(groups, service):
    loop = asyncio.get_running_loop()
    if loop not in groups:
        groups[loop] = GroupCommit(service)
    return groups[loop]
