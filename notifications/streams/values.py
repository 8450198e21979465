"""The latest value of a stream: each one is stored, at most four a second are published, and the last one always is."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from notifications.models import Point, Stream
from notifications.streams.definitions import find_stream
from notifications.streams.events import value_event
from notifications.streams.news import check_length, clean
from realtime.engine.publish import publish
from realtime.engine.sequences import lock, next_values

# As fast as an eye can follow. docs/decisions/0006-values-are-throttled-twice.md
PUBLISH_EVERY = timedelta(seconds=0.25)
# The longest delay of the last value of a burst, if several processes write to the same stream.
PUBLISH_PENDING_SECONDS = 1.0
# Ten minutes, a row a second.
KEPT_SECONDS = 600
LABEL_CHARACTERS = 80


class Value(NamedTuple):
    """A stream's value and its label: 1.0843 of "EUR/USD"."""

    value: float
    label: str = ""


def publish_value(stream: Stream | str, value: float, label: str = "") -> None:
    """Store a stream's latest value in the caller's transaction. In an event loop use value_throttle.apublish_value().

    Raises UnknownStreamError, and ValueError for a stream without a value or an invalid number.
    """
    store_values({find_keeper(stream).pk: check_value(value, label)})


def find_keeper(stream: Stream | str) -> Stream:
    """Return a stream that has a value. Raises UnknownStreamError and ValueError."""
    found = find_stream(stream)
    if not found.keeps_value:
        raise ValueError(f"The stream {found.slug} has no value. Staff can turn that on in the admin.")
    return found


def check_value(value: float, label: str = "") -> Value:
    """Return the value as it is stored. Raises ValueError for a number that is not finite and for a long label."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"The value must be a number, not {value!r}.")  # noqa: TRY004 callers handle one type of error
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("The value must be a finite number.")
    check_length("label", label, LABEL_CHARACTERS)
    return Value(number, clean("label", label))


@transaction.atomic
def store_values(values: Mapping[int, Value]) -> None:
    """Store values by stream id, and publish those that are due. Five queries, however many streams."""
    lock(f"stream.{pk}" for pk in values)
    streams = list(Stream.objects.filter(pk__in=values, keeps_value=True))
    now = timezone.now()
    for stream in streams:
        value = values[stream.pk]
        stream.value, stream.value_at = value._asdict(), now
        stream.is_pending = not is_due(stream.published_at, now)
    keep_points({stream.pk: values[stream.pk].value for stream in streams}, now)
    publish_values([stream for stream in streams if not stream.is_pending], now)
    Stream.objects.bulk_update(streams, ["value", "value_at", "published_at", "is_pending", "seq"], batch_size=100)


def publish_pending() -> None:
    """Publish the values that were stored too soon after the one before. Any number of processes may run it."""
    ids = list(Stream.objects.filter(is_pending=True).values_list("pk", flat=True))
    if not ids:
        return
    with transaction.atomic():
        lock(f"stream.{pk}" for pk in ids)
        now = timezone.now()
        streams = [
            each for each in Stream.objects.filter(pk__in=ids, is_pending=True) if is_due(each.published_at, now)
        ]
        publish_values(streams, now)
        Stream.objects.bulk_update(streams, ["published_at", "is_pending", "seq"], batch_size=100)


def is_due(published_at: datetime | None, now: datetime) -> bool:
    """Say whether a stream may publish again. A time in the future comes from another machine's clock."""
    return published_at is None or abs(now - published_at) >= PUBLISH_EVERY


def publish_values(streams: Sequence[Stream], now: datetime) -> None:
    """Number these streams' values and publish them; the caller saves the streams."""
    numbers = next_values({stream.topic: 1 for stream in streams})
    for stream in streams:
        stream.seq, stream.published_at, stream.is_pending = numbers[stream.topic][0], now, False
    publish([value_event(stream) for stream in streams])


def keep_points(numbers: Mapping[int, float], now: datetime) -> None:
    """Write each stream's number into its row of this second, over the value of ten minutes ago."""
    slot = int(now.timestamp()) % KEPT_SECONDS
    points = [Point(stream_id=pk, slot=slot, at=now, value=number) for pk, number in numbers.items()]
    Point.objects.bulk_create(
        points, update_conflicts=True, unique_fields=["stream", "slot"], update_fields=["at", "value"]
    )


def recent_points(stream: Stream, now: datetime | None = None) -> list[tuple[int, float]]:
    """Return the last minutes as (Unix time in seconds, value), oldest first."""
    since = (now or timezone.now()) - timedelta(seconds=KEPT_SECONDS)
    rows = stream.points.filter(at__gt=since).order_by("at").values_list("at", "value")
    return [(int(at.timestamp()), value) for at, value in rows]
