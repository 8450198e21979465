"""The threads in which the links' database work is done, off the event loop.

Channels' own database_sync_to_async runs everything in one thread of the process, views included; here a
few threads read, and one writes: on SQLite, writers of one process would only wait for each other's lock.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections

from realtime.conf import limits
from realtime.errors import CommandError, StorageFull, Unavailable


def keep_connection() -> None:
    """Give this thread a connection of its own that lasts, whatever pages do with theirs."""
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    lasting = {"OPTIONS": options, "CONN_MAX_AGE": getattr(settings, "REALTIME_CONN_MAX_AGE", 60)}
    connection.settings_dict = connection.settings_dict | lasting


readers = ThreadPoolExecutor(limits.READ_THREADS, thread_name_prefix="read", initializer=keep_connection)
writer = ThreadPoolExecutor(1, thread_name_prefix="write", initializer=keep_connection)


async def read[Result](function: Callable[..., Result], *arguments: object) -> Result:
    """Run `function` in one of the reading threads. Raises Unavailable when the database does not answer."""
    return await asyncio.get_running_loop().run_in_executor(readers, run, function, arguments)


async def write[Result](function: Callable[..., Result], *arguments: object) -> Result:
    """Run `function` in the one writing thread. Raises Unavailable or StorageFull; then nothing was stored."""
    return await asyncio.get_running_loop().run_in_executor(writer, run, function, arguments)


def run[Result](function: Callable[..., Result], arguments: tuple[object, ...]) -> Result:
    """Run `function` here, in one of these threads. Raises Unavailable or StorageFull for what the database raises."""
    close_old_connections()
    try:
        return function(*arguments)
    except (OperationalError, InterfaceError) as error:
        close_old_connections()
        raise translate(error) from error


def translate(error: Exception) -> CommandError:
    """Return what a client is told of a database that does not answer."""
    full = getattr(error.__cause__, "sqlstate", "") == "53100" or "disk is full" in str(error)
    return StorageFull() if full else Unavailable()


def close_connections() -> None:
    """Close what the threads hold of the database, so that a test's database can be dropped."""
    for executor, count in ((readers, limits.READ_THREADS), (writer, 1)):
        for future in [executor.submit(connections.close_all) for _ in range(count)]:
            future.result()
