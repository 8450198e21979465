"""Token buckets: so many at once, so many a second after."""

from collections.abc import Hashable


class Buckets:
    """One bucket a key. A full bucket is no bucket: what is at rest costs no memory."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second = per_second
        self.burst = burst
        self._filled_at: dict[Hashable, float] = {}  # the moment when the bucket will be full again

    def take(self, key: Hashable, now: float, count: float = 1) -> float:
        """Take tokens and return 0.0, or take none and return the seconds until they are there."""
        cost = count / self.per_second
        filled_at = max(self._filled_at.get(key, now), now) + cost
        wait = filled_at - now - self.burst / self.per_second
        if wait > 1e-9:
            return wait
        self._filled_at[key] = filled_at
        return 0.0

    def give_back(self, key: Hashable, count: float = 1) -> None:
        """Put tokens back that were taken and not used."""
        if key in self._filled_at:
            self._filled_at[key] -= count / self.per_second

    def charge(self, key: Hashable, now: float, count: float = 1) -> None:
        """Take what was already used elsewhere, down to an empty bucket."""
        cost = count / self.per_second
        empty = now + self.burst / self.per_second
        self._filled_at[key] = min(max(self._filled_at.get(key, now), now) + cost, empty)

    def owe(self, key: Hashable, now: float, count: float) -> None:
        """Take what is known only now to be used, past an empty bucket: nothing is given until that is paid back.

        At most a burst is owed.
        """
        cost = count / self.per_second
        most = now + 2 * self.burst / self.per_second
        self._filled_at[key] = min(max(self._filled_at.get(key, now), now) + cost, most)

    def sweep(self, now: float) -> None:
        """Forget the buckets that are full again."""
        for key in [key for key, filled_at in self._filled_at.items() if filled_at <= now]:
            del self._filled_at[key]

    def __len__(self) -> int:
        return len(self._filled_at)
