"""Times in the zone and format of the reader's browser."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.pages.local_time import COOKIE, STYLES, clock_time, local_time_of, time_element
from accounts.pages.middleware import TimeZoneMiddleware

THEN = datetime(2025, 9, 4, 7, 15, tzinfo=UTC)
BERLIN = "24:Europe/Berlin"


@pytest.fixture
def ada(ada):
    ada.time_zone = "America/Los_Angeles"
    return ada


def asks(user, cookie: str = ""):
    request = RequestFactory().get("/")
    request.user = user
    request.COOKIES[COOKIE] = cookie
    return request


def test_the_browsers_zone_comes_before_the_profiles(ada):
    zones = []

    def show(request):
        zones.append(timezone.get_current_timezone_name())
        return HttpResponse()

    for cookie in (BERLIN, "", "24:Mars/Olympus", "24:../../etc/passwd", "24:Europe", "x" * 5000):
        TimeZoneMiddleware(show)(asks(ada, cookie))
    assert zones == ["Europe/Berlin", *["America/Los_Angeles"] * 5]
    assert timezone.get_current_timezone_name() == "UTC"


def test_hours_have_the_format_of_the_browser(ada):
    with local_time_of(asks(ada, "12:Europe/Berlin")):
        assert [clock_time(time(hour, 5)) for hour in (0, 9, 12, 23)] == ["12:05 AM", "9:05 AM", "12:05 PM", "11:05 PM"]
        assert clock_time(THEN) == "9:15 AM"
    with local_time_of(asks(ada)):
        assert clock_time(THEN) == "00:15"
    assert clock_time(THEN) == "07:15"


@time_machine.travel("2026-11-19 12:00+00:00", tick=False)
def test_times_have_the_same_words_as_in_the_scripts(ada):
    written = {
        "clock": "09:15",
        "bare": "09:15",
        "full": "Thursday, 4 September 2025 at 09:15",
        "short": "Thu 4 Sep, 09:15",
        "soon": "Thursday 09:15",
        "words": "on Thursday, 4 September 2025, at 09:15",
        "sentence": "On Thursday, 4 September 2025, at 09:15",
        "date": "4 September 2025",
    }
    with local_time_of(asks(ada, BERLIN)):
        assert {style: write(THEN) for style, write in STYLES.items()} == written
        today = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
        assert [STYLES[style](today) for style in ("soon", "words")] == ["00:30", "at 00:30"]
        assert time_element(THEN, "clock", "soft") == (
            '<time class="soft" datetime="2025-09-04T09:15:00+02:00"'
            ' title="Thursday, 4 September 2025 at 09:15" data-time="clock">09:15</time>'
        )
