"""The counters of this process for `/metrics`: plain numbers, raised at each occurrence and read on request.

There is no lock, no look-up by label and no object for each delivery, because most are used in the event loop's
thread.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from time import perf_counter

FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds


class Histogram:
    """Counts of values by upper bound. `counts` has one more entry, for values above all bounds."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...] = FAST) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float, times: int = 1) -> None:
        self.counts[bisect_left(self.bounds, value)] += times
        self.sum += value * times


class Counters:
    """All counters of a process. `note_delivery` and `outgoing_so_far` may be called from any thread."""

    def __init__(self) -> None:
        self.opened = 0
        self.posts = 0
        self.deliveries = 0
        self.gaps = 0
        self.skipped_gaps = 0
        self.resets = 0
        self.dropped_for_slow_readers = 0
        self.dropped_by_bus = 0
        self.refused = Counter[str]()
        self.closed = Counter[int]()
        self.outgoing = Counter[tuple[str, str]]()
        self.fetched_pages = Counter[str]()
        self.acknowledgement = Histogram()
        self.delivery = Histogram()
        self.loop_lag = Histogram()
        self.bus_round_trip = Histogram()
        self._lock = threading.Lock()

    def post(self, begun: float) -> None:
        """Count a post that was answered. `begun`: when it arrived, by `perf_counter`."""
        self.posts += 1
        self.acknowledgement.observe(perf_counter() - begun)

    def delivered(self, count: int, since: float) -> None:
        """Count deliveries that were just written.

        `since`: when the first of their events came, by `perf_counter`.
        """
        self.deliveries += count
        self.delivery.observe(perf_counter() - since, count)

    def outgoing_so_far(self) -> dict[tuple[str, str], int]:
        with self._lock:
            return dict(self.outgoing)

    def note_fetched_page(self, result: str) -> None:
        with self._lock:
            self.fetched_pages[result] += 1

    def note_delivery(self, channel: str, result: str, times: int = 1) -> None:
        """Count pushes or emails by their result."""
        with self._lock:
            self.outgoing[channel, result] += times


counters = Counters()

_queues: dict[str, Callable[[], float]] = {}


def watch_queue(name: str, measure: Callable[[], float]) -> None:
    """Add a queue to the metrics.

    `measure` returns its length; it is called in the event loop's thread, on request.
    """
    _queues[name] = measure


def measure_queues() -> dict[str, float]:
    return {name: measure() for name, measure in _queues.items()}
