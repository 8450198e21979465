"""Doing in one go what is asked for while the one before is under way.

On one disk a transaction of one post costs nearly what one of a hundred costs, and a query for one session what one
for a hundred costs.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakKeyDictionary

from realtime.errors import CommandError, Internal, Unavailable

logger = logging.getLogger(__name__)

MOST_TOGETHER = 128  # More hardly saves, and makes the first one wait longer.

type Service[Item, Result] = Callable[[Sequence[Item]], Sequence[Result | CommandError]]


class Gathering[Item, Result]:
    """Hands what is asked for to a service that takes many at once, one call at a time.

    Belongs to one event loop. `run` calls the service in a thread: `threads.read` or `threads.write`. The service
    returns a result or a CommandError for each item, in their order. `most_waiting`: whoever comes later is refused.
    """

    def __init__(self, run: Callable[..., Awaitable], service: Service[Item, Result], most_waiting: int) -> None:
        self._run = run
        self._service = service
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._task: asyncio.Task | None = None

    def add(self, item: Item) -> "asyncio.Future[Result]":
        """Return the future result; it raises the CommandError. Raises Unavailable when too many wait."""
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable("Too much is being done just now. Nothing was stored; try again.", retry_after=1)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._serve_all())
        return future

    async def _serve_all(self) -> None:
        group: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
                await self._serve(group)
        finally:  # Also when the loop shuts down: nobody is left waiting for ever.
            self._task = None
            for _, future in [*group, *self._waiting]:
                settle(future, Unavailable())
            self._waiting.clear()

    async def _serve(self, group: list[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self._run(self._service, [item for item, _ in group])
        except CommandError as error:
            results = [error] * len(group)
        except Exception:  # Ours, whatever it is: who waits is told, and the next group is served.
            logger.exception("%s failed for a group of %d", self._service, len(group))
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


class EachLoop[Thing]:
    """One thing for each event loop, made when it is first asked for there."""

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._things: WeakKeyDictionary[asyncio.AbstractEventLoop, Thing] = WeakKeyDictionary()

    def get(self) -> Thing:
        loop = asyncio.get_running_loop()
        if loop not in self._things:
            self._things[loop] = self._make()
        return self._things[loop]
