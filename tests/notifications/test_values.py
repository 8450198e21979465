"""A stream's latest value: stored each time, told a few times a second, the last one always, in a bounded table."""

import asyncio
import math
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from notifications.models import Point, Stream
from notifications.streams import value_throttle, values
from notifications.streams.topics import StreamTopic
from notifications.streams.values import check_value, publish_pending, publish_value, recent_points, store_values
from tests.notifications.newsroom import rate, stream

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    """Time that stands still at noon until the test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def numbers(published) -> list[float]:
    return [event.data["value"] for event in published]


def test_the_first_value_is_told_at_once(published, clock):
    rate()
    publish_value("eur-usd", 1.0843, "EUR/USD")
    assert [(event.topic.partition(".")[0], event.type, event.seq) for event in published] == [("stream", "value", 1)]
    assert published[0].data == {"value": 1.0843, "label": "EUR/USD", "at": "2026-11-20T12:00:00.000Z"}


def test_many_a_second_are_told_four_times_and_the_last_one_always(published, clock):
    made = rate()
    for number in range(100):
        publish_value("eur-usd", number)
        clock.shift(0.01)
    assert numbers(published) == [0, 25, 50, 75]
    made.refresh_from_db()
    assert made.value["value"] == 99
    publish_pending()
    assert numbers(published) == [0, 25, 50, 75, 99]
    publish_pending()
    assert [event.seq for event in published] == [1, 2, 3, 4, 5]


def test_the_clock_waits_for_its_slot_too(published, clock):
    rate()
    publish_value("eur-usd", 1)
    publish_value("eur-usd", 2)
    publish_pending()
    assert numbers(published) == [1]
    clock.shift(0.25)
    publish_pending()
    assert numbers(published) == [1, 2]


def test_a_value_told_by_a_clock_that_is_ahead_does_not_silence_the_others(published, clock):
    made = rate()
    publish_value("eur-usd", 1)
    Stream.objects.filter(pk=made.pk).update(published_at=NOON + timedelta(hours=1))
    publish_value("eur-usd", 2)
    assert numbers(published) == [1, 2]


def test_what_is_rolled_back_is_not_there(published):
    made = rate()
    with transaction.atomic():
        publish_value("eur-usd", 1)
        transaction.set_rollback(True)
    made.refresh_from_db()
    assert (made.value, published, Point.objects.count()) == (None, [], 0)


def test_who_was_away_is_told_the_latest_state_alone(published, clock):
    made = rate()
    for number in range(3):
        publish_value("eur-usd", number)
        clock.shift(1)
    topic = StreamTopic(made.pk)
    for after in (0, 1, 2):
        assert [(event.seq, event.data) for event in topic.missed(after, 10)] == [(3, published[-1].data)]
    assert topic.missed(3, 10) == []


def test_rows_are_written_over_round_by_round(published, clock, monkeypatch):
    monkeypatch.setattr(values, "KEPT_SECONDS", 20)
    made = rate()
    for second in range(100):
        store_values({made.pk: check_value(second)})
        clock.shift(1)
    assert Point.objects.count() == 20
    assert [value for _, value in recent_points(made)] == list(range(81, 100))
    clock.shift(timedelta(hours=1))
    assert recent_points(made) == []


def test_a_second_has_one_point_its_last(published, clock):
    made = rate()
    for number in range(4):
        publish_value("eur-usd", number)
        clock.shift(0.2)
    assert [value for _, value in recent_points(made)] == [3]


@pytest.mark.parametrize(
    "value, label, words",
    [
        (math.nan, "", "a finite number"),
        (math.inf, "", "a finite number"),
        (10**400, "", "a finite number"),
        (True, "", "The value must be a number, not True"),
        ("42", "", "The value must be a number, not '42'"),
        (None, "", "The value must be a number, not None"),
        (1, "x" * 81, "81 characters; the limit is 80"),
        (1, "a\0b", "a NUL"),
    ],
)
def test_what_is_no_value_is_refused(value, label, words):
    rate()
    with pytest.raises(ValueError, match=words):
        publish_value("eur-usd", value, label)


def test_a_stream_that_keeps_none_takes_none(db):
    stream()
    with pytest.raises(ValueError, match="The stream deploys has no value"):
        publish_value("deploys", 1)


@pytest.mark.parametrize("number", [1, 30])
def test_any_number_of_streams_take_the_same_queries(number, published, django_assert_max_num_queries):
    made = [rate(f"s{index}") for index in range(number)]
    with django_assert_max_num_queries(9):  # with the savepoints of the transaction
        store_values({each.pk: check_value(1) for each in made})
    assert len(published) == number


# -- from an event loop


async def test_hundreds_at_once_are_a_few_writes_and_the_last_one_stands(published, monkeypatch):
    made = await Stream.objects.acreate(slug="eur-usd", name="EUR/USD", keeps_value=True)
    writes = []
    monkeypatch.setattr(value_throttle, "store_values", lambda some: writes.append(dict(some)) or store_values(some))
    await asyncio.gather(*(value_throttle.keep(made.pk, check_value(number)) for number in range(300)))
    assert len(writes) == 1
    await asyncio.gather(*(value_throttle.keep(made.pk, check_value(number)) for number in range(300, 600)))
    assert len(writes) == 2
    await made.arefresh_from_db()
    assert made.value["value"] == 599


async def test_an_ok_means_that_it_or_a_later_one_is_stored(published):
    made = await Stream.objects.acreate(slug="eur-usd", name="EUR/USD", keeps_value=True)
    for number in range(4):
        await asyncio.gather(
            value_throttle.keep(made.pk, check_value(number)), value_throttle.keep(made.pk, check_value(number + 0.5))
        )
        await made.arefresh_from_db()
        assert made.value["value"] == number + 0.5


async def test_streams_share_a_write(published, monkeypatch):
    made = [await Stream.objects.acreate(slug=f"s{number}", name="S", keeps_value=True) for number in range(5)]
    writes = []
    monkeypatch.setattr(value_throttle, "store_values", lambda some: writes.append(dict(some)) or store_values(some))
    await asyncio.gather(*(value_throttle.apublish_value(each, 1) for each in made))
    await asyncio.gather(*(value_throttle.keep(each.pk, check_value(2)) for each in made))
    assert len(writes) <= 3
    assert set(writes[-1]) == {each.pk for each in made}


async def test_a_database_that_fails_is_told_to_all_who_wait(published, monkeypatch):
    def fail(some):
        raise RuntimeError("no")

    made = await Stream.objects.acreate(slug="eur-usd", name="EUR/USD", keeps_value=True)
    monkeypatch.setattr(value_throttle, "store_values", fail)
    answers = await asyncio.gather(
        *(value_throttle.keep(made.pk, check_value(number)) for number in range(3)), return_exceptions=True
    )
    assert [error.code for error in answers] == ["internal"] * 3
    monkeypatch.undo()
    await value_throttle.keep(made.pk, check_value(7))
    await made.arefresh_from_db()
    assert made.value["value"] == 7
