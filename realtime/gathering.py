"""Doing in one go what is asked for while the one before is under way.

On one disk a transaction of one post costs nearly what one of a hundred costs, and a query for one session what one
for a hundred costs.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from weakref import WeakKeyDictionary

from realtime import threads, turns
from realtime.errors import CommandError, Internal, Unavailable

logger = logging.getLogger(__name__)

MOST_TOGETHER = 128  # More hardly saves, and makes the first one wait longer.

type Service[Item, Result] = Callable[[Sequence[Item]], Sequence[Result | CommandError]]


class Gathering[Item, Result]:
    """Hands what is asked for to a service that takes many at once, one call at a time.

    Belongs to one event loop. `executor`: `threads.readers` or `threads.writer`, where the service is called. It
    returns a result or a CommandError for each item, in their order. `most_waiting`: whoever comes later is refused.
    """

    def __init__(self, executor: Executor, service: Service[Item, Result], most_waiting: int) -> None:
        self._executor = executor
        self._service = service
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._is_serving = False

    def add(self, item: Item) -> "asyncio.Future[Result]":
        """Return the future result; it raises the CommandError. Raises Unavailable when too many wait."""
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable("Too much is being done just now. Nothing was stored; try again.", retry_after=1)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if not self._is_serving:
            self._is_serving = True
            loop.call_soon(self._begin, loop)  # with whatever else comes in this turn
        return future

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        if not group:
            self._is_serving = False
            return
        try:
            self._executor.submit(self._serve, loop, group)
        except RuntimeError:  # the interpreter ends; nobody is left waiting for ever
            loop.call_soon(self._end, loop, group, [Unavailable()] * len(group))

    # A task that awaits the loop's run_in_executor() takes three turns of the loop and a fifth of a post's time there.
    def _serve(self, loop: asyncio.AbstractEventLoop, group: Sequence[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        results = self._find_results([item for item, _ in group])
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(self._end, loop, group, results)

    def _find_results(self, items: Sequence[Item]) -> Sequence[Result | CommandError]:
        try:
            return threads.run(self._service, (items,))
        except CommandError as error:
            return [error] * len(items)
        except Exception:  # Ours, whatever it is: who waits is told, and the next group is served.
            logger.exception("%s failed for a group of %d", self._service, len(items))
            return [Internal()] * len(items)

    def _end(self, loop: asyncio.AbstractEventLoop, group: Sequence, results: Sequence) -> None:
        # First they are answered: loop and thread share one interpreter, and at the same time both take twice as long.
        turns.after(1 + turns.TO_ANSWER, loop, self._begin, loop)
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
