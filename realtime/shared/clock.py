"""What is done again and again in every process that serves, and in the worker. Apps register it when they are ready.

Each has a thread of its own: one that waits for a mail server keeps nobody else waiting, the event loop least of all.
"""

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from django.conf import settings
from django.db import close_old_connections, connection, connections

from realtime.shared.database_errors import is_outage
from realtime.shared.outage import outage
from realtime.shared.threads import keep_connection

logger = logging.getLogger(__name__)

FIRST_AFTER_SECONDS = 30.0  # at most: what is done once an hour is done in a process that lives for less, too
STOP_SECONDS = 5.0


class Job(NamedTuple):
    function: Callable[[], object]
    seconds: float
    in_servers: bool

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"


_jobs: dict[str, Job] = {}


def every(seconds: float, function: Callable[[], object], *, in_servers: bool = True) -> None:
    """Have a function called `seconds` after it last returned; from an app's `ready()`.

    `in_servers`: by every process that serves, too, and not by `manage.py worker` alone.

    It is called by any number of processes at the same time, from a thread that may wait for the database. What it
    raises is logged, and it is called again. One that takes long asks `clock.is_stopping` now and then.
    """
    job = Job(function, seconds, in_servers)
    _jobs[job.name] = job


class Clock:
    """The threads of one process. Started and stopped from any thread."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def start(self, *, is_worker: bool = False) -> None:
        """Begin with what is registered for this kind of process; once, however often it is called."""
        with self._lock:
            if self._threads or not getattr(settings, "REALTIME_CLOCK", True):
                return
            self._stop = threading.Event()
            # Daemons: what hangs in a library does not keep the process.
            self._threads = [
                threading.Thread(target=run, args=(job, self._stop), name=f"clock {job.name}", daemon=True)
                for job in _jobs.values()
                if is_worker or job.in_servers
            ]
            for thread in self._threads:
                thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Begin nothing more, and wait so long for what is under way."""
        with self._lock:
            self._stop.set()
            deadline = monotonic() + seconds
            for thread in self._threads:
                thread.join(max(0.0, deadline - monotonic()))
            self._threads = []

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()


clock = Clock()


def run(job: Job, stop: threading.Event) -> None:
    """Do one job again and again until it is to stop."""
    if connection.vendor == "sqlite":
        keep_connection()  # elsewhere each turn takes one from the pages' pool and gives it back
    wait = min(job.seconds, FIRST_AFTER_SECONDS)
    while not stop.wait(wait):
        do(job)
        wait = job.seconds
    connections.close_all()


def do(job: Job) -> None:
    close_old_connections()
    try:
        job.function()
    except Exception as error:
        if is_outage(error):
            outage.report_down(error)
        else:
            logger.exception("%s has failed; it goes on", job.name)
    finally:
        close_old_connections()
