"""A queue that handles items in batches: those that are added while one call runs are handled in the next.

On one disk a transaction with one post costs nearly as much as one with a hundred, and so does a query for one user
compared with one for a hundred.
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
MOST_TOGETHER = 128  # A larger batch hardly saves time, and delays its first item.

type Service[Item, Result] = Callable[[Sequence[Item]], Sequence[Result | CommandError]]


class Waiting[Item, Result]:
    """An item, the function that takes its result, once, and the time of the loop at which its answer is due."""

    __slots__ = ("_done", "due", "item")

    def __init__(self, item: Item, done: Callable[[Result | CommandError], None], due: float) -> None:
        self.item = item
        self.due = due
        self._done: Callable[[Result | CommandError], None] | None = done

    def settle(self, result: Result | CommandError) -> None:
        """Pass the result on; a second one is ignored.

        Raises nothing, because the rest of the batch needs its results.
        """
        done, self._done = self._done, None
        if done is None:
            return
        try:
            done(result)
        except Exception:
            logger.exception("The result of a batch could not be passed to its caller")


class Batches[Item, Result]:
    """Passes items to a service that handles many at once, one call at a time.

    Belongs to one event loop. `executor`: `threads.readers` or `threads.writer`, in which the service runs. The
    service returns a result or a CommandError for each item, in order. `most_waiting`: when so many wait, further
    items are refused. Each caller is answered when its command is due, even if the thread is still blocked.
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
        """Return how many items wait or are being handled."""
        return len(self._waiting) + len(self._group)

    def add(self, item: Item) -> "asyncio.Future[Result]":
        """Return a future for the result; it raises the item's CommandError.

        Raises Unavailable when too many wait.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.begin(item, partial(settle, future))
        return future

    def begin(self, item: Item, done: Callable[[Result | CommandError], None]) -> None:
        """Call `done` with the result once it is there. Raises Unavailable when too many wait."""
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable(_("The server is too busy right now. Nothing was stored; try again."), retry_after=1)
        loop = asyncio.get_running_loop()
        self._waiting.append(Waiting(item, done, find_due(loop)))
        if not self._is_serving:
            self._is_serving = True
            loop.call_soon(self._begin, loop)  # together with items that are added in this turn
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
        except RuntimeError:  # the interpreter is shutting down: answer, so that no caller waits for ever
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
        except BaseException:  # Whatever fails, callers are answered and the next batch runs.
            logger.exception("%s failed for a batch of %d; its callers get an error", self._service, len(items))
            return [Internal()] * len(items)

    def _end(self, group: Sequence, results: Sequence) -> None:
        self._group, self._job = (), None
        for waiting, result in zip(group, results, strict=True):
            waiting.settle(result)

    def _begin_next(self, loop: asyncio.AbstractEventLoop, at_once: bool) -> None:
        """Begin the next batch.

        Unless `at_once`, it begins in the loop's next turn, so that it includes items added in this one.
        """
        if at_once and self._waiting:
            self._begin(loop)
        else:
            loop.call_soon(self._begin, loop)

    # -- deadlines

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer overdue items, regularly for as long as there are any. One timer serves all items."""
        self._looker = loop.call_later(LOOK_SECONDS, self._look, loop) if self._is_serving else None
        self._refuse_overdue(loop)
        now = loop.time()
        if self._job is not None and any(is_late(waiting, now) for waiting in self._group) and self._job.cancel():
            # The job still waits for its thread, so none of it was done: items with time left go back to the queue.
            self._waiting.extendleft(reversed(self._group))
            self._group, self._job = (), None
            self._begin(loop)
            return
        for waiting in self._group:
            if waiting.due <= now:
                waiting.settle(OutcomeUnknown() if self._stores else Unavailable())

    def _refuse_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        """Refuse waiting items that could not be finished in time any more."""
        now = loop.time()
        if not any(is_late(waiting, now) for waiting in self._waiting):
            return
        for waiting in self._waiting:
            if is_late(waiting, now):
                waiting.settle(Unavailable())
        self._waiting = deque(waiting for waiting in self._waiting if not is_late(waiting, now))


def is_late(waiting: Waiting, now: float) -> bool:
    """Return whether it is too late to begin with this item."""
    return waiting.due - deadlines.AHEAD_SECONDS <= now


def settle[Result](future: "asyncio.Future[Result]", result: Result | CommandError) -> None:
    """Set a future's result, or the error that it is; do nothing where the future is done."""
    if future.done():
        return
    if isinstance(result, CommandError):
        future.set_exception(result)
    else:
        future.set_result(result)
