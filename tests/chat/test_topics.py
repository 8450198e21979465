"""A room's topic: its subscribers, its missed events, and typing."""

import pytest

import config.asgi  # noqa: F401 it registers the topics
from chat import services
from chat.topics import TYPING_KEPT, TYPING_SECONDS, RoomTopic, is_typing_due
from realtime.conf import limits
from realtime.engine.catch_up import read_group
from realtime.engine.missed import MissedRequest
from tests.chat.pages import people, room_of
from tests.chat.talk import draft, place, post

pytestmark = pytest.mark.django_db


def test_those_who_are_in_may_listen(ada, bob, eve, room):
    private = room_of(bob, kind="private", name="founders")
    services.leave(room, bob)
    pairs = {(user.pk, id) for user in (ada, bob, eve) for id in (room.pk, private.pk, 12345)}
    assert RoomTopic.authorize(pairs) == {(ada.pk, room.pk), (bob.pk, private.pk)}
    assert RoomTopic.authorize(set()) == set()


def test_thousands_come_back_at_once(ada, room, django_assert_max_num_queries):
    pairs = {(user_id, room.pk) for user_id in range(ada.pk, ada.pk + 2000)}
    with django_assert_max_num_queries(4):
        assert (ada.pk, room.pk) in RoomTopic.authorize(pairs)


def test_what_was_missed_comes_in_the_order_of_its_last_change(ada, bob, eve, room):
    topic = RoomTopic(room.pk)
    first, second = post(room, ada), post(room, bob)
    services.edit_message(room.pk, ada, first.pk, "other")
    services.update_room(room, ada, topic="news")
    services.join(room, eve)
    missed = topic.missed(first.posted_seq - 1, 100)
    assert [event.seq for event in missed] == sorted(event.seq for event in missed)
    assert [event.data["id"] for event in missed if event.type == "message"][:2] == [second.pk, first.pk]
    assert {event.type for event in missed} == {"message", "member", "room"}
    assert topic.missed(missed[-1].seq, 100) == []


def test_missing_more_than_the_limit_cannot_be_told(ada, room):
    before = post(room, ada).seq
    services.post_messages([draft(room, ada) for _ in range(5)])
    assert RoomTopic(room.pk).missed(before, 4) is None
    assert len(RoomTopic(room.pk).missed(before, 5)) == 5


def test_a_member_who_is_out_is_cut_off_when_it_is_read_back(ada, bob, room):
    before = place(ada, room).seq
    services.remove_member(room, ada, bob)
    [removal] = [event for event in RoomTopic(room.pk).missed(before, 100) if event.removes]
    assert (removal.type, removal.removes) == ("member", (bob.pk,))


def test_reading_back_costs_as_many_queries_however_much(ada, room, django_assert_num_queries):
    services.invite(room, ada, people(10))
    services.post_messages([draft(room, ada, "@p000 @p001") for _ in range(30)])
    with django_assert_num_queries(6):
        assert len(RoomTopic(room.pk).missed(0, 100)) > 40


@pytest.mark.parametrize("number", [2, 25])
def test_reading_many_rooms_back_costs_as_many_queries(ada, number, django_assert_num_queries):
    rooms = [room_of(ada, name=f"room {index}") for index in range(number)]
    for room in rooms:
        services.post_messages([draft(room, ada, f"hello {room.name}"), draft(room, ada, "and")])
    cursors = {f"room.{room.pk}": 3 for room in rooms}
    with django_assert_num_queries(8):
        [answer] = read_group([MissedRequest(ada.pk, cursors)])
    for room in rooms:
        first, second = answer[f"room.{room.pk}"].events
        assert (first.data["html"], second.data["html"]) == (f"<p>hello {room.name}</p>", "<p>and</p>")
        assert (first.follows, second.follows) == (3, first.seq)


def test_texts_too_long_to_be_told_are_measured_and_not_read(ada, room, monkeypatch, django_assert_num_queries):
    before = post(room, ada).seq
    services.post_messages([draft(room, ada, "&" * 400) for _ in range(5)])
    monkeypatch.setattr(limits, "CATCH_UP_BYTES", 5 * 400 * len("&amp;"))
    with django_assert_num_queries(1):
        assert RoomTopic(room.pk).missed(before, 100) is None
    assert len(RoomTopic(room.pk).missed(before + 1, 100)) == 4


def test_typing_is_told_every_three_seconds():
    published = {}
    assert is_typing_due(published, (1, 7), 100.0)
    assert not is_typing_due(published, (1, 7), 100.0 + TYPING_SECONDS - 0.1)
    assert is_typing_due(published, (2, 7), 101.0)
    assert is_typing_due(published, (1, 7), 100.0 + TYPING_SECONDS)


def test_typing_that_is_over_is_forgotten():
    published = {}
    for user_id in range(TYPING_KEPT):
        is_typing_due(published, (1, user_id), 100.0)
    is_typing_due(published, (1, 99_999), 200.0)
    assert published == {(1, 99_999): 200.0}


def test_from_the_very_start_everything_is_told(ada, bob, room):
    message = post(room, bob)
    published = {(event.type, event.data.get("id")) for event in RoomTopic(room.pk).missed(0, 100)}
    assert {("room", room.pk), ("message", message.pk), ("member", None)} <= published
