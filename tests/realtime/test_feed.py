"""A feed brings events into their turn, whatever order and however often they come."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.engine.feed import Feed
from realtime.engine.missed import chain
from realtime.shared.events import Event


def event(seq, **how):
    return Event("note.1", "note", {}, seq=seq, **how)


def feed(cursor):
    feed = Feed("note.1")
    feed.skip_to(cursor)
    return feed


def taken(feed, *seqs):
    return [told.seq for seq in seqs for told in feed.accept(event(seq))]


def test_what_is_next_is_told():
    assert taken(feed(3), 4, 5) == [4, 5]


def test_what_was_told_is_dropped():
    assert taken(feed(3), 3, 1, 4, 4) == [4]


def test_what_comes_too_early_waits_for_its_turn():
    assert taken(feed(3), 6, 5, 4) == [4, 5, 6]


def test_nothing_is_told_before_the_first_joiner_has_read():
    feed = Feed("note.1")
    assert taken(feed, 4, 5) == []
    feed.skip_to(4)
    assert [told.seq for told in feed.drain()] == [5]


def test_what_was_read_back_says_which_number_it_follows():
    mended = feed(3)
    taken(mended, 4)
    lines = [told.line for told in mended.mend([event(6), event(9)], head=10)]
    assert '"seq":6,"prev":4,' in lines[0]
    assert '"seq":9,"prev":6,' in lines[1]
    (after,) = mended.accept(event(11))
    assert '"seq":11,"prev":9,' in after.line


def test_a_run_that_is_read_for_many_chains_from_the_oldest_cursor():
    run = chain(3, [event(5), event(6), event(9)])
    assert [told.follows for told in run] == [3, 5, 6]
    assert ['"prev"' in told.line for told in run] == [True, False, True]
    assert run[2].following(4).line.count('"prev"') == 1
    assert '"seq":9,"prev":4,' in run[2].following(4).line


def test_a_hole_is_mended_and_what_waited_follows():
    holed = feed(3)
    assert taken(holed, 6, 7) == []
    assert [told.seq for told in holed.mend([event(4), event(5)], head=5)] == [4, 5, 6, 7]


@given(st.permutations(range(1, 12)), st.lists(st.integers(1, 11), max_size=10))
def test_any_order_with_any_repeats_is_told_once_and_in_order(order, repeats):
    assert taken(feed(0), *order, *repeats) == list(range(1, 12))
