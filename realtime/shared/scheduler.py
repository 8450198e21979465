"""The scheduler: runs the apps' scheduled jobs in background threads, in every serving process and in the worker.

Each job has its own thread, so that one which waits for a mail server delays neither the others nor the event loop.
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

FIRST_AFTER_SECONDS = 30.0  # at most, so that hourly jobs also run in a process that lives less than an hour
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
    """Schedule a function: it is called again `seconds` after it last returned. Call this in an app's `ready()`.

    `in_servers`: run it in every serving process too, and not only in `manage.py worker`.

    Any number of processes call the function at the same time, from a thread that may wait for the database. An
    exception is logged, and the job goes on. A long job should check `scheduler.is_stopping` from time to time.
    """
    job = Job(function, seconds, in_servers)
    _jobs[job.name] = job


class Scheduler:
    """The scheduler's threads in one process. Start and stop it from any thread."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def start(self, *, is_worker: bool = False) -> None:
        """Start the jobs for this kind of process. Further calls do nothing."""
        with self._lock:
            if self._threads or not getattr(settings, "REALTIME_SCHEDULER", True):
                return
            self._stop = threading.Event()
            # Daemon threads, so that a job which hangs in a library does not prevent the process from ending.
            self._threads = [
                threading.Thread(
                    target=run_repeatedly, args=(job, self._stop), name=f"scheduler {job.name}", daemon=True
                )
                for job in _jobs.values()
                if is_worker or job.in_servers
            ]
            for thread in self._threads:
                thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Start no further run, and wait at most so long for running jobs."""
        with self._lock:
            self._stop.set()
            deadline = monotonic() + seconds
            for thread in self._threads:
                thread.join(max(0.0, deadline - monotonic()))
            self._threads = []

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()


scheduler = Scheduler()


def run_repeatedly(job: Job, stop: threading.Event) -> None:
    """Run one job repeatedly until `stop` is set."""
    if connection.vendor == "sqlite":
        keep_connection()  # with other databases each run takes a connection from the pool of the pages and returns it
    wait = min(job.seconds, FIRST_AFTER_SECONDS)
    while not stop.wait(wait):
        run_once(job)
        wait = job.seconds
    connections.close_all()


def run_once(job: Job) -> None:
    close_old_connections()
    try:
        job.function()
    except Exception as error:
        if is_outage(error):
            outage.report_down(error)
        else:
            logger.exception("The scheduled job %s failed; it runs again in %g s", job.name, job.seconds)
    finally:
        close_old_connections()
