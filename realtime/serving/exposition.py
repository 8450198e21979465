"""The metrics of a process as families of samples, and their text in Prometheus' format (version 0.0.4).

prometheus_client would take a lock and a look-up at each count, and with several workers it uses files that remain
when their processes have ended.
"""

import os
import resource
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from realtime.engine.hub import Hub
from realtime.shared.metrics import Histogram, counters, measure_queues
from realtime.shared.outage import outage

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PAGE_BYTES = resource.getpagesize()
STATM = Path("/proc/self/statm")  # on Linux only

type Labels = dict[str, str]
type Sample = tuple[str, Labels, float]  # suffix of the family's name, labels, value


class Family(NamedTuple):
    """Samples of one name. `kind`: counter, gauge or histogram."""

    name: str
    kind: str
    help: str
    samples: list[Sample]


_started_at = time.time()


def find_families() -> list[Family]:
    """Return the metrics of a serving process. Call it in the event loop's thread."""
    return [_label(family) for family in (*_live(), *_deliveries(), *_troubles(), *_outgoing(), *_process())]


def find_families_of_outgoing() -> list[Family]:
    """Return the metrics of a process without connections, such as the worker. Call it in any thread."""
    return [_label(family) for family in (*_outgoing(), *_process())]


def merge(processes: Iterable[list[Family]]) -> list[Family]:
    """Return the families of several processes joined by name, as the format requires."""
    merged: dict[str, Family] = {}
    for families in processes:
        for family in families:
            merged.setdefault(family.name, family._replace(samples=[])).samples.extend(family.samples)
    return list(merged.values())


def render_metrics(families: Iterable[Family]) -> bytes:
    lines: list[str] = []
    for name, kind, help, samples in families:
        lines += [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]
        for suffix, labels, value in samples:
            pairs = ",".join(f'{label}="{_escape(text)}"' for label, text in labels.items())
            lines.append(f"{name}{suffix}{{{pairs}}} {value}")
    return "\n".join([*lines, ""]).encode()


def _live() -> Iterator[Family]:
    hub = Hub.of_this_process()
    yield _gauge("connections", "Connections that are open.", len(hub.connections) if hub else 0)
    yield _gauge("topics", "Topics that have subscribers.", len(hub.subscribers) if hub else 0)
    yield _counter("connections_opened", "Connections that were opened.", counters.opened)
    refused = {(("reason", code),): count for code, count in counters.refused.items()}
    yield _counters("connections_refused", "Handshakes that were refused, by the error's code.", refused)
    closed = {(("code", str(code)),): count for code, count in counters.closed.items()}
    yield _counters("connections_closed", "Connections that were closed, by the close code.", closed)
    yield _gauge("bus_up", "Whether messages by the channel layer reach other processes.", _bus_is_up(hub))
    yield _gauge("database_up", "Whether the last use of the database succeeded.", float(not outage.is_on))
    queues = [("", {"queue": name}, length) for name, length in measure_queues().items()]
    yield Family("hubbub_queue_length", "gauge", "Items that wait in each queue or are being handled.", queues)


def _bus_is_up(hub: Hub | None) -> float:
    return float(hub is None or hub.bus.is_up)


def _deliveries() -> Iterator[Family]:
    yield _counter("posts", "Posts over connections that were acknowledged.", counters.posts)
    yield _counter("deliveries", "Durable events written to a subscriber, except catch-ups.", counters.deliveries)
    acknowledgement = "Time from a post's arrival to its acknowledgement."
    yield _histogram("acknowledgement_seconds", acknowledgement, counters.acknowledgement)
    delivery = "Time from an event's commit here, or its arrival by the bus, to its write; the oldest of each flush."
    yield _histogram("delivery_seconds", delivery, counters.delivery)
    yield _histogram("loop_lag_seconds", "How late the event loop runs a timer.", counters.loop_lag)
    yield _histogram(
        "bus_round_trip_seconds", "Time of a message by the bus to this process, each second.", counters.bus_round_trip
    )


def _troubles() -> Iterator[Family]:
    yield _counter("gaps", "Gaps that were repaired from the database.", counters.gaps)
    yield _counter("gaps_skipped", "Gaps too large to repair: clients load the state anew.", counters.skipped_gaps)
    yield _counter("resets", "Subscriptions answered by reset: the client loads the state anew.", counters.resets)
    dropped = {
        (("what", "ephemeral"),): counters.dropped_for_slow_readers,
        (("what", "bus"),): counters.dropped_by_bus,
    }
    yield _counters("dropped", "Ephemeral events dropped for slow clients; messages dropped by the bus.", dropped)


def _outgoing() -> Iterator[Family]:
    results = {
        (("channel", channel), ("result", result)): count
        for (channel, result), count in counters.outgoing_so_far().items()
    }
    yield _counters("notifications", "Pushes and emails, by the result of each try.", results)
    pages = {(("result", result),): count for result, count in counters.fetched_pages.copy().items()}
    yield _counters("fetched_pages", "Pages fetched for previews of links, by what was found.", pages)


def _process() -> Iterator[Family]:
    resident: list[Sample] = [("", {}, _resident_bytes())] if STATM.exists() else []
    cpu = time.process_time()
    yield Family("process_resident_memory_bytes", "gauge", "Memory of the process.", resident)
    yield Family("process_cpu_seconds_total", "counter", "Processor time of the process.", [("", {}, cpu)])
    yield Family("process_start_time_seconds", "gauge", "When the process started.", [("", {}, _started_at)])


def _resident_bytes() -> int:
    return int(STATM.read_text().split()[1]) * PAGE_BYTES


def _gauge(name: str, help: str, value: float) -> Family:
    return Family(f"hubbub_{name}", "gauge", help, [("", {}, value)])


def _counter(name: str, help: str, value: int) -> Family:
    return _counters(name, help, {(): value})


def _counters(name: str, help: str, values: dict[tuple, int]) -> Family:
    samples: list[Sample] = [("", dict(labels), value) for labels, value in values.items()]
    return Family(f"hubbub_{name}_total", "counter", help, samples)


def _histogram(name: str, help: str, histogram: Histogram) -> Family:
    samples: list[Sample] = []
    below = 0
    for bound, count in zip((*histogram.bounds, "+Inf"), histogram.counts, strict=True):
        below += count
        samples.append(("_bucket", {"le": str(bound)}, below))
    samples += [("_sum", {}, histogram.sum), ("_count", {}, below)]
    return Family(f"hubbub_{name}", "histogram", help, samples)


def _label(family: Family) -> Family:
    """Add the worker's process id to each sample; Prometheus adds up the samples of several workers."""
    worker = {"worker": str(os.getpid())}
    return family._replace(samples=[(suffix, worker | labels, value) for suffix, labels, value in family.samples])


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
