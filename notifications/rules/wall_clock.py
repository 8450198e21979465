"""Times of day on a person's own wall, where twice a year an hour is missing or comes twice. No I/O, no clock."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# Quiet hours that follow one another are one, for a week. Round the clock has no end: what waits looks again then.
MOST_IN_A_ROW = 8

type QuietHours = Mapping[str, Sequence[str]]


class Span(NamedTuple):
    start: datetime
    end: datetime


def quiet_until(hours: QuietHours, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Return when the quiet hours end that a moment lies in, in UTC; None outside of them.

    `hours`: {"0": ["22:00", "07:00"], …} by the weekday they begin on, Monday 0. An end that is not after its start is
    on the next day, so two equal times are a whole day.
    """
    end = moment
    for _ in range(MOST_IN_A_ROW):
        ends = [span.end for span in spans_around(hours, zone, end) if span.start <= end < span.end]
        if not ends:
            break
        end = max(ends)
    return end.astimezone(UTC) if end > moment else None


def spans_around(hours: QuietHours, zone: ZoneInfo, moment: datetime) -> list[Span]:
    """Return the quiet hours that began yesterday and today, on the wall's calendar."""
    today = moment.astimezone(zone).date()
    return [quiet_span(hours[key], day, zone) for day in (today - DAY, today) if (key := str(day.weekday())) in hours]


def quiet_span(times: Sequence[str], day: date, zone: ZoneInfo) -> Span:
    """Return one day's quiet hours. Of an hour that comes twice they are both, if it is in them."""
    start, end = (time.fromisoformat(text) for text in times)
    last_day = day if end > start else day + DAY
    return Span(moment_of(day, start, zone), moment_of(last_day, end, zone, fold=1))


def next_time_of_day(wanted: time, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return when the wall next shows a time, after a moment, in UTC; the first of two, once a day."""
    today = moment.astimezone(zone).date()
    times = (moment_of(today + number * DAY, wanted, zone) for number in range(-1, 4))
    return next(each for each in times if each > moment)


def moment_of(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """Return when a wall shows a day and a time, in UTC; of two times the first, with `fold` the second.

    A time that the clock jumps over is the moment of the jump.
    """
    wall = datetime.combine(day, at.replace(fold=fold), tzinfo=zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return find_jump(wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC), zone)


def find_jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second with the offset of `after`, by halving what lies between."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
