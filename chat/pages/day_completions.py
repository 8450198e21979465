"""Days, months and years that complete `before:`, `after:` and `on:`."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from accounts.names.folded_text import fold_for_search

DAYS, MONTHS, YEARS = 7, 12, 5
MONTH = re.compile(r"(\d{4}-\d\d)-")


def day_values(typed: str) -> Iterator[tuple[str, str]]:
    """Yield values that begin as typed ("2026-1"), or whose label does ("nov", "fri"), and their labels."""
    typed = fold_for_search(typed)
    for value, label in propose_days(typed):
        if value.startswith(typed) or fold_for_search(label).startswith(typed):
            yield value, label


def propose_days(typed: str) -> Iterator[tuple[str, str]]:
    today = timezone.localdate()
    if month := MONTH.match(typed):
        yield from map(name_day, days_of(month[1], today))
    elif typed:
        yield from (name_day(today - timedelta(days=count)) for count in range(DAYS))
    for count in range(MONTHS):
        first = first_of_month(today, count)
        yield f"{first:%Y-%m}", date_format(first, "YEAR_MONTH_FORMAT")
    yield from ((str(today.year - count), "") for count in range(YEARS))


def name_day(day: date) -> tuple[str, str]:
    return day.isoformat(), date_format(day, "l")


def first_of_month(day: date, before: int) -> date:
    """Return the first day of the month that is so many months before the day's."""
    years, month = divmod(day.month - 1 - before, 12)
    return date(day.year + years, month + 1, 1)


def days_of(month: str, last: date) -> Iterator[date]:
    """Yield the days of a month ("2026-11") up to the last, the newest first."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return
    for count in reversed(range(monthrange(first.year, first.month)[1])):
        day = first + timedelta(days=count)
        if day <= last:
            yield day
