"""The latest value of a stream: stored each time, told at most four times a second, the last one always."""

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

# What an eye can follow. docs/decisions/0006-values-are-throttled-twice.md
TOLD_EVERY = timedelta(seconds=0.25)
# How late the last of a burst may be told, where other processes write to the same stream.
TELL_SECONDS = 1.0
# Ten minutes, a row a second.
KEPT_SECONDS = 600
LABEL_CHARACTERS = 80


class Value(NamedTuple):
    """What a stream's value is now: 1.0843 of "EUR/USD"."""

    value: float
    label: str = ""


def publish_value(stream: Stream | str, value: float, label: str = "") -> None:
    """Keep a stream's latest value, in the caller's transaction. From an event loop: value_throttle.apublish_value().

    Raises UnknownStreamError, and ValueError for a stream that keeps none and for what is no number.
    """
    store_values({find_keeper(stream).pk: checked(value, label)})


def find_keeper(stream: Stream | str) -> Stream:
    """Return a stream that keeps a value. Raises UnknownStreamError and ValueError."""
    found = find_stream(stream)
    if not found.keeps_value:
        raise ValueError(f"The stream {found.slug} keeps no value. Staff switch that on in the admin.")
    return found


def checked(value: float, label: str = "") -> Value:
    """Return them as they are stored. Raises ValueError for what is no finite number, and for a long label."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"A value is a number, not {value!r}.")  # noqa: TRY004 one error for all that cannot be
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("A value is a finite number.")
    check_length("label", label, LABEL_CHARACTERS)
    return Value(number, clean("label", label))


@transaction.atomic
def store_values(values: Mapping[int, Value]) -> None:
    """Store these values by the streams' ids, and tell those whose time has come. Five queries, however many."""
    lock(f"stream.{pk}" for pk in values)
    streams = list(Stream.objects.filter(pk__in=values, keeps_value=True))
    now = timezone.now()
    for stream in streams:
        value = values[stream.pk]
        stream.value, stream.value_at = value._asdict(), now
        stream.untold = not is_due(stream.told_at, now)
    keep_points({stream.pk: values[stream.pk].value for stream in streams}, now)
    tell([stream for stream in streams if not stream.untold], now)
    Stream.objects.bulk_update(streams, ["value", "value_at", "told_at", "untold", "seq"], batch_size=100)


def tell_untold() -> None:
    """Tell the values that came too soon after the one before. Any number of processes may call it, by the clock."""
    ids = list(Stream.objects.filter(untold=True).values_list("pk", flat=True))
    if not ids:
        return
    with transaction.atomic():
        lock(f"stream.{pk}" for pk in ids)
        now = timezone.now()
        streams = [each for each in Stream.objects.filter(pk__in=ids, untold=True) if is_due(each.told_at, now)]
        tell(streams, now)
        Stream.objects.bulk_update(streams, ["told_at", "untold", "seq"], batch_size=100)


def is_due(told_at: datetime | None, now: datetime) -> bool:
    """Say whether a stream may be told again. One that was told in the future was told by another clock."""
    return told_at is None or abs(now - told_at) >= TOLD_EVERY


def tell(streams: Sequence[Stream], now: datetime) -> None:
    """Number these streams' values and publish them; the caller saves."""
    numbers = next_values({stream.topic: 1 for stream in streams})
    for stream in streams:
        stream.seq, stream.told_at, stream.untold = numbers[stream.topic][0], now, False
    publish([value_event(stream) for stream in streams])


def keep_points(numbers: Mapping[int, float], now: datetime) -> None:
    """Write each stream's number into its row of this second; the row of ten minutes ago is the same one."""
    slot = int(now.timestamp()) % KEPT_SECONDS
    points = [Point(stream_id=pk, slot=slot, at=now, value=number) for pk, number in numbers.items()]
    Point.objects.bulk_create(
        points, update_conflicts=True, unique_fields=["stream", "slot"], update_fields=["at", "value"]
    )


def recent_points(stream: Stream, now: datetime | None = None) -> list[tuple[int, float]]:
    """Return the last minutes as (second since 1970, value), oldest first."""
    since = (now or timezone.now()) - timedelta(seconds=KEPT_SECONDS)
    rows = stream.points.filter(at__gt=since).order_by("at").values_list("at", "value")
    return [(int(at.timestamp()), value) for at, value in rows]
