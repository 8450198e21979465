"""The threads for the database work of connections, outside the event loop.

Channels' database_sync_to_async runs everything in one thread of the process, views included. Here a few threads read
and one writes: on SQLite, several writers in one process would only wait for each other's lock.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from math import inf
from threading import Barrier, BrokenBarrierError
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, connections

from realtime.conf import limits
from realtime.shared import deadlines
from realtime.shared.database_errors import is_outage, translate
from realtime.shared.deadlines import patience
from realtime.shared.errors import OutcomeUnknown, Unavailable
from realtime.shared.outage import outage
from realtime.shared.publications import hand_over, held

# How long a change waits for a lock: twice this, for a change before it and its own, is less than a command may take.
MOST_LOCK_SECONDS = 2.0
STATEMENT_MILLISECONDS = 4_000
CLOSE_SECONDS = 5.0


def keep_connection() -> None:
    """Give this thread a lasting database connection of its own, independent of the connections of pages."""
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    if connection.vendor == "sqlite":
        options["timeout"] = MOST_LOCK_SECONDS
    if connection.vendor == "postgresql":
        limit_statements(options)
    lasting = {"OPTIONS": options, "CONN_MAX_AGE": getattr(settings, "REALTIME_CONN_MAX_AGE", 60)}
    connection.settings_dict = connection.settings_dict | lasting


def limit_statements(options: dict[str, Any]) -> None:
    """Let PostgreSQL cancel slow statements, by our backend, or on other sites by a connection option."""
    if "session_settings" in options:
        options["session_settings"] = {**options["session_settings"], "statement_timeout": STATEMENT_MILLISECONDS}
    else:
        options["options"] = f"{options.get('options', '')} -c statement_timeout={STATEMENT_MILLISECONDS}".strip()


READERS = limits.READ_THREADS
readers = ThreadPoolExecutor(READERS, thread_name_prefix="read", initializer=keep_connection)
writer = ThreadPoolExecutor(1, thread_name_prefix="write", initializer=keep_connection)


async def read[Result](function: Callable[..., Result], *arguments: object) -> Result:
    """Run `function` in a reading thread. Raises Unavailable when the database does not answer in time."""
    return await _run_in(readers, function, arguments)


async def write[Result](function: Callable[..., Result], *arguments: object) -> Result:
    """Run `function` in the writing thread.

    Raises Unavailable or StorageFull when nothing was stored, OutcomeUnknown when that is not known.
    """
    return await _run_in(writer, function, arguments)


async def _run_in[Result](executor: Executor, function: Callable[..., Result], arguments: tuple[object, ...]) -> Result:
    loop = asyncio.get_running_loop()
    left = deadlines.find_due(loop) - loop.time()
    if left <= deadlines.AHEAD_SECONDS:
        raise Unavailable
    stores = executor is not readers
    answer: asyncio.Future[Result] = loop.create_future()
    job = executor.submit(_work, loop, answer, function, arguments, stores, monotonic() + left)
    timers = [
        loop.call_later(left - deadlines.AHEAD_SECONDS, _drop, answer, job),
        loop.call_later(left, _give, answer, OutcomeUnknown() if stores else Unavailable()),
    ]
    try:
        return await answer
    finally:
        job.cancel()
        for timer in timers:
            timer.cancel()


def _work[Result](
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[Result]",
    function: Callable[..., Result],
    arguments: tuple[object, ...],
    stores: bool,
    until: float,
) -> None:
    held.begin()
    outcome: Result | BaseException
    try:
        outcome = run(function, arguments, stores=stores, until=until)
    except BaseException as error:
        outcome = error
    hand_over(loop, partial(_give, answer), outcome)


def _drop(answer: asyncio.Future, job: Future[None]) -> None:
    """Cancel work that has not begun, and answer its caller."""
    if job.cancel():
        _give(answer, Unavailable())


def _give[Result](answer: "asyncio.Future[Result]", outcome: Result | BaseException) -> None:
    if answer.done():
        return
    if isinstance(outcome, BaseException):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)


def run[Result](
    function: Callable[..., Result], arguments: tuple[object, ...], *, stores: bool = True, until: float = inf
) -> Result:
    """Run `function` in this thread; it may wait for the database until a time of `monotonic()`.

    Raises the error that `translate` makes of an outage of the database.
    """
    close_old_connections()
    patience.begin(until)
    is_short = patience.find_timeout() < MOST_LOCK_SECONDS  # rarely true; setting it always would add 5% to a post
    try:
        if is_short:
            limit_lock_wait(patience.find_timeout())
        result = function(*arguments)
    except (DatabaseError, InterfaceError) as error:
        if not is_outage(error):
            raise
        close_old_connections()
        outage.report_down(error)
        raise translate(error, stores=stores) from error
    finally:
        patience.end()
        if is_short:
            limit_lock_wait(MOST_LOCK_SECONDS)
    outage.report_up()
    return result


def limit_lock_wait(seconds: float) -> None:
    """Let SQLite wait for a lock at most so long. For PostgreSQL, lock_timeout is set."""
    if connection.vendor == "sqlite" and connection.connection is not None:
        connection.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def close_connections() -> None:
    """Close the threads' database connections, so that a test's database can be dropped."""
    for executor, count in ((readers, READERS), (writer, 1)):
        together = Barrier(count)  # one call in each thread; without it a fast thread could take two of them
        for future in [executor.submit(_close, together) for _ in range(count)]:
            future.result()


def _close(together: Barrier) -> None:
    connections.close_all()
    with suppress(BrokenBarrierError):  # one of the threads is still busy
        together.wait(CLOSE_SECONDS)
