"""The threads that work with the database."""

import threading
from types import SimpleNamespace

from realtime.shared import threads


def test_every_thread_closes_its_connection(monkeypatch):
    """A fast thread must not close its connection twice while another keeps its own.

    A test's database is dropped then.
    """
    closed: list[int] = []
    monkeypatch.setattr(threads, "connections", SimpleNamespace(close_all=lambda: closed.append(threading.get_ident())))
    threads.close_connections()
    assert len(set(closed)) == len(closed) == threads.READERS + 1
