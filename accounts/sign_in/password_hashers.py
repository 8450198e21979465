"""Password hashers of which only a few work at once: each takes memory and a processor, and anybody may ask for one."""

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.db import connections

# Two, and not one: a hash of Django's own, older parameters (100 MiB) must not hold up everybody's sign-in.
HASHES_AT_ONCE = 2
# At some 30 ms each the last of these waits for 0.3 s, on a slow machine for a few seconds. Past that, nobody waits.
HASHES_WAITING = 20
WAIT_SECONDS = 5.0
RETRY_AFTER_SECONDS = 5
NICENESS = 10  # a tenth of what a thread gets that delivers, where both need a processor


class TooManyHashes(Exception):
    """More passwords are to be hashed than the server can do soon. PasswordHashingMiddleware answers 503."""


class HashQueue:
    """So many at work, so many waiting; who comes when both are full is refused."""

    def __init__(self, at_once: int = HASHES_AT_ONCE, waiting: int = HASHES_WAITING) -> None:
        self._slots = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, for WAIT_SECONDS at most. Raises TooManyHashes."""
        if not self._slots.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._slots.release()

    def _wait(self) -> None:
        if not self._places.acquire(blocking=False):
            raise TooManyHashes
        try:
            release_connections()
            if not self._slots.acquire(timeout=WAIT_SECONDS):
                raise TooManyHashes
        finally:
            self._places.release()


def release_connections() -> None:
    """Give this thread's connections back to the pool: those who wait must not take them from all other pages."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


queue = HashQueue()


def give_way() -> None:
    """Let this thread have a processor when no other thread needs it; Linux alone has priorities for threads.

    It holds no lock while it hashes. The threads of pages cannot give way: each would keep the interpreter meanwhile.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


# The C library keeps some memory for each thread that had any: hashes of 19 MiB in the threads of requests would leave
# 300 MiB behind.
hashing_threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="hashing", initializer=give_way)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id in 19 MiB, two passes, one thread: what OWASP asks for at least, and what a small server can carry.

    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    Django's own parameters (100 MiB, eight threads) are still verified, and replaced at the next sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with queue.turn():
            return hashing_threads.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        with queue.turn():
            return hashing_threads.submit(super().verify, password, encoded).result()


class BoundedPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """What people brought along from another Django site. Its verify() is an encode()."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with queue.turn():
            return super().encode(password, salt, iterations)
