"""Scheduled jobs run repeatedly, also after errors, until the scheduler stops."""

import logging
import threading

import pytest
from django.db import OperationalError

from realtime.shared import scheduler as scheduler_module
from realtime.shared.outage import outage
from realtime.shared.scheduler import Scheduler, every

PATIENCE_SECONDS = 5


class Bell:
    """A job that counts its calls, may fail, and can be waited for."""

    def __init__(self, error=None) -> None:
        self.error = error
        self.calls = 0
        self.threads: set[str] = set()
        self._called = threading.Semaphore(0)
        self.__qualname__ = f"bell {id(self)}"

    def __call__(self) -> None:
        self.calls += 1
        self.threads.add(threading.current_thread().name)
        self._called.release()
        if self.error:
            raise self.error

    def rings(self, times: int) -> None:
        for _ in range(times):
            assert self._called.acquire(timeout=PATIENCE_SECONDS), f"it was called {self.calls} times"


@pytest.fixture
def scheduler(monkeypatch, settings, transactional_db):
    monkeypatch.setattr(scheduler_module, "_jobs", {})
    settings.REALTIME_SCHEDULER = True
    scheduler = Scheduler()
    yield scheduler
    scheduler.stop()


def test_each_job_is_done_again_and_again_in_a_thread_of_its_own(scheduler):
    one, two = Bell(), Bell()
    every(0.01, one)
    every(0.01, two)
    scheduler.start()
    scheduler.start()
    one.rings(3)
    two.rings(3)
    assert len(one.threads) == len(two.threads) == 1
    assert one.threads != two.threads


@pytest.mark.parametrize(
    "error, words",
    [
        (ValueError("no"), "failed; it runs again in"),
        (
            OperationalError("locked"),
            "The database cannot be used, so requests and scheduled jobs fail until it works again: locked",
        ),
    ],
)
def test_a_failing_job_is_logged_and_run_again(scheduler, caplog, monkeypatch, error, words):
    monkeypatch.setattr(outage, "_failed_at", None)
    bell = Bell(error)
    every(0.01, bell)
    with caplog.at_level(logging.WARNING, logger="realtime"):
        scheduler.start()
        bell.rings(2)
    assert words in caplog.text


def test_a_job_that_hangs_keeps_no_other_waiting(scheduler):
    hangs, bell = threading.Event(), Bell()
    every(0.01, hangs.wait)
    every(0.01, bell)
    scheduler.start()
    bell.rings(3)
    hangs.set()


def test_a_long_job_sees_that_the_scheduler_stops(scheduler):
    seen = threading.Event()

    def long():
        while not scheduler.is_stopping:
            seen.set()

    every(0.01, long)
    scheduler.start()
    assert seen.wait(PATIENCE_SECONDS)
    scheduler.stop()
    assert not [thread for thread in threading.enumerate() if "long" in thread.name]


def test_a_job_of_the_worker_is_not_done_by_processes_that_serve(scheduler):
    ours, everybodys = Bell(), Bell()
    every(0.01, ours, in_servers=False)
    every(0.01, everybodys)
    scheduler.start()
    everybodys.rings(3)
    assert ours.calls == 0
    scheduler.stop()
    scheduler.start(is_worker=True)
    ours.rings(1)
    everybodys.rings(1)


def test_a_test_has_no_clock_of_its_own(scheduler, settings):
    settings.REALTIME_SCHEDULER = False
    bell = Bell()
    every(0.001, bell)
    scheduler.start()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scheduler")]
