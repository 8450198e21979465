"""Quiet hours and times of day, also in the nights in which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.wall_clock import moment_of, next_time_of_day, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: forward on 29 March at 2:00, back on 25 October at 3:00
EVERY_NIGHT = {str(day): ["22:00", "07:00"] for day in range(7)}
ALWAYS = {str(day): ["00:00", "00:00"] for day in range(7)}
MONDAY = date(2026, 11, 16)


def berlin(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    "moment, end",
    [
        ("2026-11-16 21:59:59", None),
        ("2026-11-16 22:00", "2026-11-17 07:00"),
        ("2026-11-17 00:00", "2026-11-17 07:00"),
        ("2026-11-17 06:59:59", "2026-11-17 07:00"),
        ("2026-11-17 07:00", None),
    ],
)
def test_a_night_goes_over_midnight(moment, end):
    assert quiet_until(EVERY_NIGHT, BERLIN, berlin(moment)) == (end and berlin(end))


@pytest.mark.parametrize(
    "moment, end",
    [
        ("2026-11-20 12:00", None),  # a Friday
        ("2026-11-20 23:00", "2026-11-23 07:00"),  # the weekend follows, and Monday's morning
        ("2026-11-22 12:00", "2026-11-23 07:00"),
        ("2026-11-23 08:00", None),
    ],
)
def test_what_follows_one_another_is_one(moment, end):
    weekend = {"4": ["22:00", "00:00"], "5": ["00:00", "00:00"], "6": ["00:00", "00:00"], "0": ["00:00", "07:00"]}
    assert quiet_until(weekend, BERLIN, berlin(moment)) == (end and berlin(end))


def test_a_day_without_quiet_hours_has_none():
    assert quiet_until({"0": ["22:00", "07:00"]}, BERLIN, berlin("2026-11-17 23:00")) is None
    assert quiet_until({}, BERLIN, berlin("2026-11-17 23:00")) is None


def test_round_the_clock_is_looked_at_again_in_a_week():
    now = berlin("2026-11-16 12:00")
    end = quiet_until(ALWAYS, BERLIN, now)
    assert end is not None
    assert timedelta(days=6) < end - now < timedelta(days=9)


def test_the_night_in_which_an_hour_is_missing():
    end = quiet_until(EVERY_NIGHT, BERLIN, berlin("2026-03-28 22:30"))
    assert end == datetime(2026, 3, 29, 5, tzinfo=UTC)  # seven in summer time
    # Until half past two, which that night does not have: until the clocks change.
    early = quiet_until({"6": ["01:00", "02:30"]}, BERLIN, berlin("2026-03-29 01:30"))
    assert early == datetime(2026, 3, 29, 1, tzinfo=UTC)
    # All of it is missing: nothing is quiet.
    for minutes in range(-30, 90, 5):
        moment = datetime(2026, 3, 29, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        assert quiet_until({"6": ["02:10", "02:50"]}, BERLIN, moment) is None


def test_the_night_in_which_an_hour_comes_twice():
    half_past = {"6": ["02:15", "02:30"]}
    assert berlin("2026-10-25 02:30", fold=1) - berlin("2026-10-25 02:30") == timedelta(hours=1)
    assert quiet_until(half_past, BERLIN, berlin("2026-10-25 02:20")) == berlin("2026-10-25 02:30", fold=1)
    assert quiet_until(half_past, BERLIN, berlin("2026-10-25 02:20", fold=1)) == berlin("2026-10-25 02:30", fold=1)
    assert quiet_until(half_past, BERLIN, berlin("2026-10-25 02:30", fold=1)) is None
    assert quiet_until(EVERY_NIGHT, BERLIN, berlin("2026-10-24 23:00")) == datetime(2026, 10, 25, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "wanted, now, then",
    [
        ("08:00", "2026-11-16 07:59", "2026-11-16 08:00"),
        ("08:00", "2026-11-16 08:00", "2026-11-17 08:00"),
        ("08:00", "2026-11-16 23:00", "2026-11-17 08:00"),
        ("08:00", "2026-03-28 09:00", "2026-03-29 08:00"),  # 22 hours later
        ("08:00", "2026-10-24 09:00", "2026-10-25 08:00"),  # 24
        ("02:30", "2026-03-28 12:00", "2026-03-29 03:00"),  # there is no half past two
    ],
)
def test_the_next_time_of_day(wanted, now, then):
    assert next_time_of_day(time.fromisoformat(wanted), BERLIN, berlin(now)) == berlin(then)


def test_a_time_that_comes_twice_is_taken_once():
    half_past_two = time(2, 30)
    first = next_time_of_day(half_past_two, BERLIN, berlin("2026-10-25 01:00"))
    assert first == berlin("2026-10-25 02:30")
    assert next_time_of_day(half_past_two, BERLIN, first) == berlin("2026-10-26 02:30")


# -- what holds whatever the hours, the zone and the moment

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Tehran",
]
times = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
hours = st.dictionaries(st.sampled_from("0123456"), st.tuples(times, times))
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis adds it


@given(hours, zones, moments)
def test_quiet_hours_end_later_and_it_is_loud_then(hours, zone, moment):
    end = quiet_until(hours, zone, moment)
    if end is None:
        return
    assert moment < end
    if end - moment < timedelta(days=6):
        assert quiet_until(hours, zone, end) is None
    # From any moment in between they end at the same one.
    assert quiet_until(hours, zone, moment + (end - moment) / 2) in (end, None) or end - moment > timedelta(days=6)


@given(times, times, zones, moments)
def test_it_is_quiet_where_the_wall_says_so(start, end, zone, moment):
    """Away from the nights of change the wall alone tells."""
    offsets = {(moment + timedelta(hours=shift)).astimezone(zone).utcoffset() for shift in range(-49, 50, 7)}
    if len(offsets) > 1:
        return
    wall = moment.astimezone(zone).strftime("%H:%M")
    inside = start <= wall < end if start < end else wall >= start or wall < end
    assert (quiet_until(dict.fromkeys("0123456", (start, end)), zone, moment) is not None) == inside


@given(st.times().map(lambda at: at.replace(microsecond=0)), zones, moments)
def test_a_time_of_day_comes_once_a_day(wanted, zone, moment):
    first = next_time_of_day(wanted, zone, moment)
    second = next_time_of_day(wanted, zone, first)
    assert moment < first <= moment + timedelta(hours=49)
    assert second > first
    days = second.astimezone(zone).date() - first.astimezone(zone).date()
    assert days in (timedelta(days=1), timedelta(days=2))  # 2: Samoa had no 30 December 2011


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.times(), st.times(), zones)
def test_later_on_the_wall_is_not_earlier(day, one, other, zone):
    earlier, later = sorted((one, other))
    assert moment_of(day, earlier, zone) <= moment_of(day, later, zone, fold=1)
