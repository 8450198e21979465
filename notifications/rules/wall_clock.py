"""Times of day in a user's time zone, where an hour is missing or comes twice when the clocks change. No I/O."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# Consecutive quiet hours count as one, up to a week. Quiet hours on all days have no end: delivery checks again then.
MOST_IN_A_ROW = 8

type QuietHours = Mapping[str, Sequence[str]]


class Span(NamedTuple):
    start: datetime
    end: datetime


def quiet_until(hours: QuietHours, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Return the end in UTC of the quiet hours that contain a moment; None outside of quiet hours.

    `hours`: {"0": ["22:00", "07:00"], …} by the weekday on which they begin, Monday 0. An end that is not after its
    start is on the next day, so two equal times mean 24 hours.
    """
    end = moment
    for _ in range(MOST_IN_A_ROW):
        ends = [span.end for span in spans_around(hours, zone, end) if span.start <= end < span.end]
        if not ends:
            break
        end = max(ends)
    return end.astimezone(UTC) if end > moment else None


def spans_around(hours: QuietHours, zone: ZoneInfo, moment: datetime) -> list[Span]:
    """Return the quiet hours that began yesterday and today in the zone."""
    today = moment.astimezone(zone).date()
    return [quiet_span(hours[key], day, zone) for day in (today - DAY, today) if (key := str(day.weekday())) in hours]


def quiet_span(times: Sequence[str], day: date, zone: ZoneInfo) -> Span:
    """Return one day's quiet hours. If they contain an hour that comes twice, they contain both."""
    start, end = (time.fromisoformat(text) for text in times)
    last_day = day if end > start else day + DAY
    return Span(moment_of(day, start, zone), moment_of(last_day, end, zone, fold=1))


def next_time_of_day(wanted: time, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return when a time of day next comes after a moment, in UTC. If it comes twice a day, only the first counts."""
    today = moment.astimezone(zone).date()
    times = (moment_of(today + number * DAY, wanted, zone) for number in range(-1, 4))
    return next(each for each in times if each > moment)


def moment_of(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """Return a day and a time of a zone in UTC. If the time comes twice, the first, with `fold` the second.

    A time that the clocks skip becomes the moment of the change.
    """
    wall = datetime.combine(day, at.replace(fold=fold), tzinfo=zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return find_jump(wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC), zone)


def find_jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second with the UTC offset of `after`, by bisection."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
