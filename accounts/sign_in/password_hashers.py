"""Password hashers with a bound on concurrent hashes: each takes memory and a processor, and anybody can cause one."""

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.db import connections

# Two, and not one: a hash with Django's own parameters (100 MiB) must not delay all other sign-ins.
HASHES_AT_ONCE = 2
# At some 30 ms each, the last of these waits for 0.3 s, on a slow machine for a few seconds. More are refused at once.
HASHES_WAITING = 20
WAIT_SECONDS = 5.0
RETRY_AFTER_SECONDS = 5
NICENESS = 10  # a tenth of the processor time of a delivering thread, when both need one


class TooManyHashes(Exception):
    """The refusal of a hash that would wait too long. PasswordHashingMiddleware answers 503."""


class HashQueue:
    """A queue for hashes with a bound on those at work and on those that wait; more are refused."""

    def __init__(self, at_once: int = HASHES_AT_ONCE, waiting: int = HASHES_WAITING) -> None:
        self._slots = threading.BoundedSemaphore(at_once)
        self._waiting = threading.BoundedSemaphore(waiting)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot for one hash, after a wait of WAIT_SECONDS at most. Raises TooManyHashes."""
        if not self._slots.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._slots.release()

    def _wait(self) -> None:
        if not self._waiting.acquire(blocking=False):
            raise TooManyHashes
        try:
            release_connections()
            if not self._slots.acquire(timeout=WAIT_SECONDS):
                raise TooManyHashes
        finally:
            self._waiting.release()


def release_connections() -> None:
    """Return this thread's database connections to the pool, where other pages need them during the wait."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


queue = HashQueue()


def lower_priority() -> None:
    """Give this thread the processor only when other threads do not need it. Only Linux has thread priorities.

    This thread holds no lock while it hashes. A page's thread with a low priority would hold the interpreter's lock.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


# The C library keeps memory for each thread that has used some: with hashes of 19 MiB in the threads of requests,
# 300 MiB would stay allocated.
hashing_threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="hashing", initializer=lower_priority)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one thread: OWASP's minimum, which a small server can afford.

    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    Hashes with Django's own parameters (100 MiB, eight threads) stay valid, and are replaced at the next sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with queue.slot():
            return hashing_threads.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        with queue.slot():
            return hashing_threads.submit(super().verify, password, encoded).result()


class BoundedPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """The hasher of passwords from another Django site. Its verify() calls encode(), which waits for a slot."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with queue.slot():
            return super().encode(password, salt, iterations)
