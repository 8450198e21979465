"""Rate limits: how much of something a key (a user, an address, a connection) may use. Refused uses are not counted.

Both classes are used by `spend`. A ProcessRateLimit keeps a token bucket for each key. A SharedRateLimit counts in a
cache over all processes, which can only add, so there a period begins with the first use.
"""

from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from time import monotonic, time

from django.core.cache import cache

from realtime.shared.errors import RateLimited, Sentence

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600
SWEEP_FROM = 1_000
ROUNDING_SECONDS = 1e-9


class RateLimit:
    """An amount in a number of seconds. `sentence`: the text of a refusal; "Try again in …" is added to it."""

    def __init__(self, amount: float, seconds: float, sentence: Sentence | None = None) -> None:
        self.amount = amount
        self.seconds = seconds
        self.sentence = sentence

    def spend(self, key: Hashable = None, amount: float = 1) -> None:
        """Use an amount, or raise RateLimited and use nothing."""
        if wait := self.take(key, amount):
            raise RateLimited(self.sentence, retry_after=wait)

    def take(self, key: Hashable = None, amount: float = 1) -> float:
        """Use an amount and return 0.0, or use nothing and return in how many seconds it will be available."""
        raise NotImplementedError


class ProcessRateLimit(RateLimit):
    """Counts in this process, from any thread, with a token bucket for each key. `burst`: the size of a bucket.

    Full buckets are not stored: they are removed when there are many, so that unused keys cost no memory.
    """

    def __init__(
        self,
        amount: float,
        seconds: float,
        sentence: Sentence | None = None,
        *,
        burst: float | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(amount, seconds, sentence)
        self._seconds_each = seconds / amount
        self._seconds_to_fill = seconds if burst is None else self._seconds_each * burst
        self._clock = clock
        self._full_at: dict[Hashable, float] = {}
        self._sweep_at = SWEEP_FROM
        self._lock = Lock()

    def take(self, key: Hashable = None, amount: float = 1) -> float:
        with self._lock:  # part of every post, so it calls as little as possible
            now = self._clock()
            full_at = max(self._full_at.get(key, now), now) + amount * self._seconds_each
            wait = full_at - now - self._seconds_to_fill
            if wait > ROUNDING_SECONDS:
                return wait
            if len(self._full_at) >= self._sweep_at:
                self.sweep(now)
            self._full_at[key] = full_at
            return 0.0

    def give_back(self, key: Hashable = None, amount: float = 1) -> None:
        """Return an amount that was taken and not used."""
        with self._lock:
            if key in self._full_at:
                self._full_at[key] -= amount * self._seconds_each

    def charge(self, key: Hashable, amount: float = 1, *, owed_bursts: float = 0) -> None:
        """Count an amount that was used already, down to an empty bucket.

        `owed_bursts`: as many more bursts may be owed; nothing is granted until they are paid back.
        """
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(key, now), now) + amount * self._seconds_each
            if len(self._full_at) >= self._sweep_at:
                self.sweep(now)
            self._full_at[key] = min(full_at, now + (1 + owed_bursts) * self._seconds_to_fill)

    def sweep(self, now: float) -> None:
        """Forget the buckets that are full at this time."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._full_at))

    def __len__(self) -> int:
        return len(self._full_at)


class SharedRateLimit(RateLimit):
    """Counts in the cache under `name`: over all processes where the cache is Redis, else in each process.

    Do not use it in the event loop, because it waits for Redis.
    """

    def __init__(self, name: str, amount: int, seconds: int, sentence: Sentence) -> None:
        super().__init__(amount, seconds, sentence)
        self.name = name

    def take(self, key: Hashable = None, amount: float = 1) -> float:
        amount = int(amount)  # counters in Redis are whole numbers
        spent, ends = f"spent:{self.name}:{key}", f"spent:{self.name}:{key}:ends"
        if cache.add(spent, 0, self.seconds):
            cache.set(ends, time() + self.seconds, self.seconds)
        with suppress(ValueError):  # the counter expired between the two calls
            if cache.incr(spent, amount) > self.amount:
                cache.decr(spent, amount)
                return max(1.0, cache.get(ends, time()) - time())
        return 0.0
