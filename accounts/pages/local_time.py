"""Times in the zone of the reader's browser, in its 12- or 24-hour format.

The browser sends both in a cookie (static/js/helpers/local-time.js), so that server, scripts and the browser's own
time fields agree. Without the cookie, the profile's zone and 24 hours apply. Quiet hours and emails use the profile's
zone, because no browser takes part in them.
"""

import re
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import cache

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as write_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

COOKIE = "clock"
CLOCK = re.compile(r"(12|24):([A-Za-z0-9_+/-]{1,64})")

has_12_hours: ContextVar[bool] = ContextVar("has_12_hours", default=False)


@contextmanager
def local_time_of(request: HttpRequest) -> Iterator[None]:
    """Format the times in this block as the request's browser does."""
    clock = CLOCK.fullmatch(request.COOKIES.get(COOKIE, ""))
    zone = zoneinfo.ZoneInfo(clock[2]) if clock and clock[2] in known_zones() else zone_of_profile(request)
    token = has_12_hours.set(bool(clock and clock[1] == "12"))
    try:
        # override, not activate: the thread serves another user next.
        with timezone.override(zone):
            yield
    finally:
        has_12_hours.reset(token)


@cache
def known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone_of_profile(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """Return the zone of the profile, or None for the site's, also where the system no longer has that zone."""
    if not request.user.is_authenticated:
        return None
    try:
        return zoneinfo.ZoneInfo(request.user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None


def clock_time(at: datetime | time) -> str:
    """Return "09:15", or "9:15 AM"."""
    half = f" {'AM' if local_clock(at).hour < 12 else 'PM'}" if has_12_hours.get() else ""
    return bare_clock_time(at) + half


def bare_clock_time(at: datetime | time) -> str:
    """Return "09:15", or "9:15" without AM or PM, for narrow columns."""
    local = local_clock(at)
    return f"{local.hour % 12 or 12}:{local:%M}" if has_12_hours.get() else f"{local:%H:%M}"


def local_clock(at: datetime | time) -> datetime | time:
    return timezone.localtime(at) if isinstance(at, datetime) else at


def day_name(day: date, today: date | None = None) -> str:
    """Return "Today", "Yesterday", "Thursday, 19 November", with the year when it is another one."""
    today = today or timezone.localdate()
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    return plain_day(day, today)


def plain_day(day: date, today: date) -> str:
    same_year = pgettext("date format", "l, j F")
    return write_date(day, same_year if day.year == today.year else pgettext("date format", "l, j F Y"))


def full_time(at: datetime) -> str:
    """Return "Thursday, 19 November 2026 at 09:15"."""
    day = write_date(timezone.localtime(at), pgettext("date format", "l, j F Y"))
    return gettext("%(day)s at %(time)s") % {"day": day, "time": clock_time(at)}


def short_time(at: datetime) -> str:
    """Return "Thu 19 Nov, 09:15"."""
    return f"{write_date(timezone.localtime(at), pgettext('date format', 'D j M'))}, {clock_time(at)}"


def soon_time(at: datetime) -> str:
    """Return "09:15" for today, "Saturday 09:00" for another day of this week."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return clock_time(at) if is_today else f"{write_date(local, 'l')} {clock_time(at)}"


def time_in_words(at: datetime) -> str:
    """Return "at 09:15" for today, "on Thursday, 19 November, at 09:15" for another day."""
    day, today = timezone.localtime(at).date(), timezone.localdate()
    if day == today:
        return gettext("at %(time)s") % {"time": clock_time(at)}
    return gettext("on %(day)s, at %(time)s") % {"day": plain_day(day, today), "time": clock_time(at)}


def time_as_sentence(at: datetime) -> str:
    """Return "At 09:15", "On Thursday, 19 November, at 09:15"."""
    words = time_in_words(at)
    return words[:1].upper() + words[1:]


def written_date(at: datetime) -> str:
    """Return "19 November 2026"."""
    return write_date(timezone.localtime(at), pgettext("date format", "j F Y"))


# By the name in data-time. The first page has no cookie yet, so a script formats its times again in the browser's zone.
STYLES = {
    "clock": clock_time,
    "bare": bare_clock_time,
    "full": full_time,
    "short": short_time,
    "soon": soon_time,
    "words": time_in_words,
    "sentence": time_as_sentence,
    "date": written_date,
}


def time_element(at: datetime, style: str, css_class: str = "") -> SafeString:
    """Return a <time> element with the full time as its tooltip, and its style for the script in data-time."""
    moment = timezone.localtime(at).isoformat()
    name = format_html(' class="{}"', css_class) if css_class else ""
    return format_html(
        '<time{} datetime="{}" title="{}" data-time="{}">{}</time>',
        name,
        moment,
        full_time(at),
        style,
        STYLES[style](at),
    )
