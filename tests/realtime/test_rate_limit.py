from hypothesis import given
from hypothesis import strategies as st

from realtime.shared.rate_limit import Buckets


def test_a_burst_is_let_through_and_then_one_by_one():
    buckets = Buckets(per_second=2, burst=3)
    assert [buckets.take("ada", 100) for _ in range(3)] == [0, 0, 0]
    assert buckets.take("ada", 100) == 0.5
    assert buckets.take("ada", 100.5) == 0
    assert buckets.take("ada", 100.5) == 0.5


def test_a_refusal_takes_nothing():
    buckets = Buckets(per_second=1, burst=1)
    buckets.take("ada", 0)
    assert {buckets.take("ada", 0) for _ in range(50)} == {1.0}
    assert buckets.take("ada", 1) == 0


def test_what_is_given_back_can_be_taken_again():
    buckets = Buckets(per_second=1, burst=2)
    assert [buckets.take("ada", 0) for _ in range(2)] == [0, 0]
    buckets.give_back("ada")
    assert buckets.take("ada", 0) == 0
    assert buckets.take("ada", 0) == 1.0
    buckets.give_back("bob")
    assert len(buckets) == 1


def test_each_key_has_its_own_bucket():
    buckets = Buckets(per_second=1, burst=1)
    assert buckets.take("ada", 0) == buckets.take("bob", 0) == 0


def test_what_was_used_elsewhere_counts_but_never_below_empty():
    buckets = Buckets(per_second=1, burst=2)
    buckets.charge("ada", 0, 100)
    assert buckets.take("ada", 0) == 1.0


def test_full_buckets_are_forgotten():
    buckets = Buckets(per_second=1, burst=1)
    buckets.take("ada", 0)
    buckets.take("bob", 5)
    buckets.sweep(2)
    assert len(buckets) == 1


@given(st.lists(st.floats(0, 10), max_size=200), st.floats(0.1, 50), st.integers(1, 20))
def test_never_more_than_the_burst_and_what_time_allows(pauses, per_second, burst):
    buckets, now, taken = Buckets(per_second, burst), 0.0, 0
    for pause in pauses:
        now += pause
        taken += buckets.take("ada", now) == 0
    assert taken <= burst + now * per_second + 1e-6


def test_what_is_owed_is_paid_back_before_anything_is_given():
    buckets = Buckets(per_second=1, burst=10)
    buckets.owe("ada", 0, 15)
    assert buckets.take("ada", 0, 0) == 5
    assert buckets.take("ada", 5, 0) == 0
    assert buckets.take("bob", 0, 10) == 0


def test_at_most_a_burst_is_owed():
    buckets = Buckets(per_second=1, burst=10)
    buckets.owe("ada", 0, 1_000)
    assert buckets.take("ada", 0, 0) == 10
