"""The queue of uploads that wait to be processed in this process, and its threads."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import close_old_connections

from files.conf import limits
from files.processing_runs import process_upload
from realtime.shared.metrics import watch_queue
from realtime.shared.threads import keep_connection


class ProcessingQueue:
    """Processes one upload in each of PROCESSINGS_AT_ONCE threads. Its methods may be called from any thread.

    An upload that finds no room, or that this process cannot finish, is found in the database by a scheduled job.
    """

    def __init__(self, process: Callable[[UUID], None]) -> None:
        self._process = process
        self._waiting: dict[UUID, None] = {}  # in the order in which they came
        self._running: set[UUID] = set()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._listeners: defaultdict[UUID, list[Callable[[], None]]] = defaultdict(list)

    def add(self, key: UUID) -> bool:
        """Add an upload, and return whether there was room. Nothing changes if it is there already."""
        with self._changed:
            if key in self._waiting or key in self._running:
                return True
            if len(self._waiting) >= limits.PROCESSINGS_WAITING:
                return False
            self._waiting[key] = None
            self._start_thread()
            self._changed.notify()
            return True

    def __len__(self) -> int:
        return len(self._waiting) + len(self._running)

    async def wait_for(self, key: UUID, seconds: float) -> None:
        """Wait until this process has processed an upload, at most for some seconds."""
        loop, is_done = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(is_done.set)

        with self._changed:
            self._listeners[key].append(wake)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await is_done.wait()
        finally:
            with self._changed:
                self._listeners[key].remove(wake)
                if not self._listeners[key]:
                    del self._listeners[key]

    def _start_thread(self) -> None:
        """Start a thread if all are busy and there may be more. They are daemons: a shutdown does not wait for them."""
        if len(self._threads) <= len(self._running) and len(self._threads) < limits.PROCESSINGS_AT_ONCE:
            thread = threading.Thread(target=self._work, name="file processing", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        keep_connection()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                key = next(iter(self._waiting))
                del self._waiting[key]
                self._running.add(key)
            close_old_connections()
            try:
                self._process(key)
            finally:
                close_old_connections()
                with self._changed:
                    self._running.discard(key)
                    listeners = list(self._listeners.get(key, ()))
                for wake in listeners:
                    wake()


processing_queue = ProcessingQueue(process_upload)
watch_queue("files", lambda: len(processing_queue))
