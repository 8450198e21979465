"""Batches: what is asked for while one call is running is done together in the next.

On one disk a transaction of one post costs nearly what one of a hundred costs, and a query for one user what one
for a hundred costs.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from time import monotonic

from realtime.shared import deadlines, threads
from realtime.shared.deadlines import find_due
from realtime.shared.errors import CommandError, Internal, OutcomeUnknown, Unavailable
from realtime.shared.metrics import watch_queue
from realtime.shared.publications import hand_over, held
from realtime.shared.texts import lazy_text as _

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
MOST_TOGETHER = 128  # More hardly saves, and makes the first one wait longer.

type Service[Item, Result] = Callable[[Sequence[Item]], Sequence[Result | CommandError]]


class Waiting[Item, Result]:
    """What was asked for, the function that takes the result, once, and when it is due, by the loop's clock."""

    __slots__ = ("_done", "due", "item")

    def __init__(self, item: Item, done: Callable[[Result | CommandError], None], due: float) -> None:
        self.item = item
        self.due = due
        self._done: Callable[[Result | CommandError], None] | None = done

    def settle(self, result: Result | CommandError) -> None:
        """Give the result; a later one is dropped. Raises nothing: the others of the group have theirs to get."""
        done, self._done = self._done, None
        if done is None:
            return
        try:
            done(result)
        except Exception:
            logger.exception("A result could not be given to whoever asked for it")


class Batches[Item, Result]:
    """Hands what is asked for to a service that takes many at once, one call at a time.

    Belongs to one event loop. `executor`: `threads.readers` or `threads.writer`, where the service is called. It
    returns a result or a CommandError for each item, in their order. `most_waiting`: whoever comes later is refused.
    Everybody is answered when their command is due, whatever the thread waits for.
    """

    def __init__(self, executor: Executor, service: Service[Item, Result], most_waiting: int) -> None:
        self._executor = executor
        self._service = service
        self._most_waiting = most_waiting
        self._stores = executor is not threads.readers
        self._waiting: deque[Waiting[Item, Result]] = deque()
        self._group: Sequence[Waiting[Item, Result]] = ()
        self._job: Future[None] | None = None
        self._is_serving = False
        watch_queue(getattr(service, "__name__", "work"), self.size)
        self._looker: asyncio.TimerHandle | None = None

    def size(self) -> int:
        """Return how many wait, or are being served."""
        return len(self._waiting) + len(self._group)

    def add(self, item: Item) -> "asyncio.Future[Result]":
        """Return the future result; it raises the CommandError. Raises Unavailable when too many wait."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.begin(item, partial(settle, future))
        return future

    def begin(self, item: Item, done: Callable[[Result | CommandError], None]) -> None:
        """Have `done` called with the result as soon as it is there. Raises Unavailable when too many wait."""
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable(_("Too much is being done just now. Nothing was stored; try again."), retry_after=1)
        loop = asyncio.get_running_loop()
        self._waiting.append(Waiting(item, done, find_due(loop)))
        if not self._is_serving:
            self._is_serving = True
            loop.call_soon(self._begin, loop)  # with whatever else comes in this turn
        if self._looker is None:
            self._looker = loop.call_later(LOOK_SECONDS, self._look, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._refuse_overdue(loop)
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        if not group:
            self._is_serving = False
            return
        until = monotonic() + min(waiting.due for waiting in group) - loop.time()
        self._group = group
        try:
            self._job = self._executor.submit(self._serve, loop, group, until)
        except RuntimeError:  # the interpreter ends; nobody is left waiting for ever
            loop.call_soon(self._end, group, [Unavailable()] * len(group))
            self._begin_next(loop, at_once=False)

    def _serve(self, loop: asyncio.AbstractEventLoop, group: Sequence[Waiting[Item, Result]], until: float) -> None:
        held.begin()
        results = self._find_results([waiting.item for waiting in group], until)
        hand_over(loop, partial(self._end, group), results, partial(self._begin_next, loop))

    def _find_results(self, items: Sequence[Item], until: float) -> Sequence[Result | CommandError]:
        try:
            return threads.run(self._service, (items,), stores=self._stores, until=until)
        except CommandError as error:
            return [error] * len(items)
        except BaseException:  # Ours, whatever it is: who waits is told, and the next group is served.
            logger.exception("%s failed for a group of %d", self._service, len(items))
            return [Internal()] * len(items)

    def _end(self, group: Sequence, results: Sequence) -> None:
        self._group, self._job = (), None
        for waiting, result in zip(group, results, strict=True):
            waiting.settle(result)

    def _begin_next(self, loop: asyncio.AbstractEventLoop, at_once: bool) -> None:
        """Begin the next group; in the next turn it is larger, by what has come in this one."""
        if at_once and self._waiting:
            self._begin(loop)
        else:
            loop.call_soon(self._begin, loop)

    # -- what is due

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer what is due, now and then for as long as there is anything; one timer, not one for each item."""
        self._looker = loop.call_later(LOOK_SECONDS, self._look, loop) if self._is_serving else None
        self._refuse_overdue(loop)
        now = loop.time()
        if self._job is not None and any(is_late(waiting, now) for waiting in self._group) and self._job.cancel():
            # It waits for its thread, so nothing of it was done: those who have time left go on waiting.
            self._waiting.extendleft(reversed(self._group))
            self._group, self._job = (), None
            self._begin(loop)
            return
        for waiting in self._group:
            if waiting.due <= now:
                waiting.settle(OutcomeUnknown() if self._stores else Unavailable())

    def _refuse_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        """Drop what could not be done in time any more."""
        now = loop.time()
        if not any(is_late(waiting, now) for waiting in self._waiting):
            return
        for waiting in self._waiting:
            if is_late(waiting, now):
                waiting.settle(Unavailable())
        self._waiting = deque(waiting for waiting in self._waiting if not is_late(waiting, now))


def is_late(waiting: Waiting, now: float) -> bool:
    """Say whether it is too late to begin with this."""
    return waiting.due - deadlines.AHEAD_SECONDS <= now


def settle[Result](future: "asyncio.Future[Result]", result: Result | CommandError) -> None:
    """Give a future its result, or the error it is; one that is done stays as it is."""
    if future.done():
        return
    if isinstance(result, CommandError):
        future.set_exception(result)
    else:
        future.set_result(result)
