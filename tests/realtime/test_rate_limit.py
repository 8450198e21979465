"""Rate limits: the amounts that they allow, and the time after which a client may try again."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from realtime.shared import rate_limit
from realtime.shared.errors import RateLimited
from realtime.shared.http import refusal_as_json
from realtime.shared.rate_limit import ProcessRateLimit, SharedRateLimit

TOO_MANY = "You're doing this too quickly."


class Clock:
    """The clock of a limit, in seconds."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock):
    """A function that makes a limit in this process, from an amount a second and a burst."""
    return lambda per_second, burst: ProcessRateLimit(per_second, 1, burst=burst, clock=clock)


# -- counted in this process


def test_a_burst_is_let_through_and_then_one_by_one(clock, limit):
    notes = limit(per_second=2, burst=3)
    assert [notes.take("ada") for _ in range(3)] == [0, 0, 0]
    assert notes.take("ada") == 0.5
    clock.now += 0.5
    assert notes.take("ada") == 0
    assert notes.take("ada") == 0.5


def test_as_many_as_in_the_whole_period_are_a_burst_where_none_is_named(clock):
    notes = ProcessRateLimit(30, 60, clock=clock)
    assert [notes.take() for _ in range(30)] == [0] * 30
    assert notes.take() == 2.0


def test_a_refusal_takes_nothing(clock, limit):
    notes = limit(per_second=1, burst=1)
    notes.take("ada")
    assert {notes.take("ada") for _ in range(50)} == {1.0}
    clock.now += 1
    assert notes.take("ada") == 0


def test_a_returned_amount_can_be_taken_again(limit):
    notes = limit(per_second=1, burst=2)
    assert [notes.take("ada") for _ in range(2)] == [0, 0]
    notes.give_back("ada")
    assert notes.take("ada") == 0
    assert notes.take("ada") == 1.0
    notes.give_back("bob")
    assert len(notes) == 1


def test_each_key_has_its_own_bucket(limit):
    notes = limit(per_second=1, burst=1)
    assert notes.take("ada") == notes.take("bob") == 0


def test_use_in_other_processes_counts_down_to_an_empty_bucket(limit):
    notes = limit(per_second=1, burst=2)
    notes.charge("ada", 100)
    assert notes.take("ada") == 1.0


def test_an_owed_amount_is_paid_back_first(clock, limit):
    notes = limit(per_second=1, burst=10)
    notes.charge("ada", 15, owed_bursts=1)
    assert notes.take("ada", 0) == 5
    clock.now += 5
    assert notes.take("ada", 0) == 0
    assert notes.take("bob", 10) == 0


def test_no_more_is_owed_than_was_said(limit):
    notes = limit(per_second=1, burst=10)
    notes.charge("ada", 1_000, owed_bursts=1)
    assert notes.take("ada", 0) == 10


@pytest.mark.parametrize("use", [ProcessRateLimit.take, ProcessRateLimit.charge])
def test_full_buckets_are_forgotten_as_others_come(clock, limit, monkeypatch, use):
    monkeypatch.setattr(rate_limit, "SWEEP_FROM", 10)
    notes = limit(per_second=1, burst=1)
    notes._sweep_at = 10
    for number in range(1_000):
        use(notes, number)
        clock.now += 0.5
    assert len(notes) <= 10


def test_buckets_that_are_not_full_are_kept_however_many(limit, monkeypatch):
    monkeypatch.setattr(rate_limit, "SWEEP_FROM", 10)
    notes = limit(per_second=1, burst=1)
    assert {notes.take(number) for number in range(100)} == {0}
    assert {notes.take(number) for number in range(100)} == {1.0}


@given(st.lists(st.floats(0, 10), max_size=200), st.floats(0.1, 50), st.integers(1, 20))
def test_never_more_than_the_burst_and_the_rate_allow(pauses, per_second, burst):
    clock = Clock()
    notes, begun, taken = ProcessRateLimit(per_second, 1, burst=burst, clock=clock), clock.now, 0
    for pause in pauses:
        clock.now += pause
        taken += notes.take("ada") == 0
    assert taken <= burst + (clock.now - begun) * per_second + 1e-6


# -- counted in the cache


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-20T12:00Z", tick=False) as moment:
        yield moment
    cache.clear()


def test_a_period_begins_with_its_first_use_and_names_its_end(at_noon):
    rooms = SharedRateLimit("test", 3, 3600, TOO_MANY)
    assert rooms.take("ada") == 0
    at_noon.shift(600)
    assert [rooms.take("ada"), rooms.take("ada")] == [0, 0]
    assert rooms.take("ada") == 3000
    assert rooms.take("bob") == 0
    at_noon.shift(3000)
    assert rooms.take("ada") == 0


def test_refused_uses_in_the_cache_are_not_counted(at_noon):
    people = SharedRateLimit("test", 10, 60, TOO_MANY)
    assert people.take("ada", 8) == 0
    assert people.take("ada", 3) == 60
    assert people.take("ada", 2) == 0


def test_two_processes_count_together(at_noon):
    here, there = (SharedRateLimit("test", 1, 60, TOO_MANY) for _ in range(2))
    assert here.take("ada") == 0
    assert there.take("ada") == 60


def test_a_period_that_ends_between_two_calls_refuses_nothing(at_noon, monkeypatch):
    rooms = SharedRateLimit("test", 1, 60, TOO_MANY)
    monkeypatch.setattr(cache, "add", lambda *_: False)
    assert rooms.take("ada") == 0


# -- refusals


@pytest.mark.parametrize(
    "per_second, says, header",
    [
        (4, "Try again in 1 s.", "1"),
        (0.45, "Try again in 3 s.", "3"),
        (0.01, "Try again in 2 min.", "100"),
        (1 / 3600, "Try again in 60 min.", "3600"),
    ],
)
def test_a_refusal_has_the_time_of_the_next_try(clock, per_second, says, header):
    notes = ProcessRateLimit(per_second, 1, TOO_MANY, burst=1, clock=clock)
    notes.spend("ada")
    with pytest.raises(RateLimited) as refused:
        notes.spend("ada")
    assert refused.value.as_data() == {
        "code": "rate_limited",
        "message": f"{TOO_MANY} {says}",
        "retry": True,
        "retry_after": round(1 / per_second, 1),
    }
    assert str(refused.value) == f"{TOO_MANY} {says}"
    assert refusal_as_json(refused.value)["Retry-After"] == header
