"""A topic delivers events in their order, in whichever order and however often they arrive."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.engine.missed import chain
from realtime.engine.topic_subscribers import TopicSubscribers
from realtime.shared.events import Event


def event(seq, **how):
    return Event("note.1", "note", {}, seq=seq, **how)


def subscribers(cursor):
    subscribers = TopicSubscribers("note.1")
    subscribers.skip_to(cursor)
    return subscribers


def taken(subscribers, *seqs):
    return [each.seq for seq in seqs for each in subscribers.accept(event(seq))]


def test_the_next_event_is_delivered():
    assert taken(subscribers(3), 4, 5) == [4, 5]


def test_a_delivered_event_is_dropped():
    assert taken(subscribers(3), 3, 1, 4, 4) == [4]


def test_an_event_that_comes_too_early_waits():
    assert taken(subscribers(3), 6, 5, 4) == [4, 5, 6]


def test_nothing_is_delivered_before_the_first_joiner_has_read():
    subscribers = TopicSubscribers("note.1")
    assert taken(subscribers, 4, 5) == []
    subscribers.skip_to(4)
    assert [each.seq for each in subscribers.drain()] == [5]


def test_events_read_for_a_gap_have_the_seq_that_they_follow():
    repaired = subscribers(3)
    taken(repaired, 4)
    lines = [each.line for each in repaired.fill_gap([event(6), event(9)], head=10)]
    assert '"seq":6,"prev":4,' in lines[0]
    assert '"seq":9,"prev":6,' in lines[1]
    (after,) = repaired.accept(event(11))
    assert '"seq":11,"prev":9,' in after.line


def test_a_run_that_is_read_for_many_chains_from_the_oldest_cursor():
    run = chain(3, [event(5), event(6), event(9)])
    assert [each.follows for each in run] == [3, 5, 6]
    assert ['"prev"' in each.line for each in run] == [True, False, True]
    assert run[2].following(4).line.count('"prev"') == 1
    assert '"seq":9,"prev":4,' in run[2].following(4).line


def test_a_gap_is_repaired_and_waiting_events_follow():
    with_gap = subscribers(3)
    assert taken(with_gap, 6, 7) == []
    assert [each.seq for each in with_gap.fill_gap([event(4), event(5)], head=5)] == [4, 5, 6, 7]


@given(st.permutations(range(1, 12)), st.lists(st.integers(1, 11), max_size=10))
def test_events_in_any_order_are_delivered_once_and_in_order(order, repeats):
    assert taken(subscribers(0), *order, *repeats) == list(range(1, 12))
