"""Exact unread counts, and read positions."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from chat import services
from chat.services import Reading
from chat.states import sidebar_entries
from chat.states.sidebar_entries import person_rooms_missed, room_entries
from realtime.shared.errors import NotFound
from tests.chat.pages import people, room_of, say
from tests.chat.talk import entry, kinds, place, post
from tests.database_steps import count_steps

pytestmark = pytest.mark.django_db


def unread(user, room) -> int:
    return entry(user, room)["unread"]


def test_what_others_wrote_is_unread(ada, bob, room):
    for _ in range(3):
        post(room, ada)
    post(room, bob)
    assert (unread(ada, room), unread(bob, room)) == (1, 3)


def test_system_lines_and_deleted_messages_are_not_unread(ada, bob, eve, room):
    services.mark_read(room.pk, ada.pk, 1000)
    services.join(room, eve)
    message = post(room, bob, "@ada")
    assert (unread(ada, room), entry(ada, room)["mentions"]) == (1, 1)
    services.delete_message(room.pk, bob, message.pk)
    assert (unread(ada, room), entry(ada, room)["mentions"]) == (0, 0)


def test_an_edit_makes_nothing_unread_again(ada, bob, room):
    message = post(room, bob)
    services.mark_read(room.pk, ada.pk, message.posted_seq)
    services.edit_message(room.pk, bob, message.pk, "other")
    assert unread(ada, room) == 0


def test_reading_is_published_to_all_tabs_of_that_user(ada, bob, room, published):
    first, second = post(room, bob), post(room, bob)
    published.clear()
    services.mark_read(room.pk, ada.pk, first.posted_seq)
    assert kinds(published) == [f"user.{ada.pk} room"]
    assert (published[0].data["last_read_seq"], published[0].data["unread"]) == (first.posted_seq, 1)
    services.mark_read(room.pk, ada.pk, second.posted_seq)
    assert published[1].seq == published[0].seq + 1


def test_reading_never_goes_backwards(ada, bob, room, published):
    first, second = post(room, bob), post(room, bob)
    services.mark_read(room.pk, ada.pk, second.posted_seq)
    published.clear()
    services.mark_read(room.pk, ada.pk, first.posted_seq)
    services.mark_read(room.pk, ada.pk, second.posted_seq)
    assert published == []
    assert place(ada, room).last_read_seq == second.posted_seq


def test_nobody_reads_the_future(ada, bob, room):
    services.mark_read(room.pk, ada.pk, 2**53 - 1)
    post(room, bob)
    assert unread(ada, room) == 1


def test_an_outsider_reads_nothing(eve, room):
    with pytest.raises(NotFound):
        services.mark_read(room.pk, eve.pk, 1)
    with pytest.raises(NotFound):
        services.mark_read(12345, eve.pk, 1)


def test_many_readings_are_noted_in_one_go(ada, bob, eve, room, published, django_assert_max_num_queries):
    readers = people(20)
    for reader in readers:
        services.join(room, reader)
    other = room_of(ada, bob, name="other")
    posts = [post(room, bob), post(other, bob)]
    published.clear()
    readings = [Reading(room.pk, user.pk, posts[0].posted_seq) for user in [ada, eve, *readers]]
    readings += [Reading(other.pk, ada.pk, posts[1].posted_seq), Reading(room.pk, ada.pk, 1)]
    with django_assert_max_num_queries(12):
        answers = services.mark_readings(readings)
    assert [answer and answer.code for answer in answers] == [None, "not_found"] + [None] * 22
    assert len(published) == 22
    assert [event.seq for event in published if event.topic == f"user.{ada.pk}"] == [
        place(ada, room).person_seq,
        place(ada, other).person_seq,
    ]


def test_a_hundred_rooms_cost_as_many_queries_as_one(ada, bob, django_assert_num_queries):
    for number in range(20):
        post(room_of(bob, ada, name=f"room {number}"), bob)
    services.open_direct(ada, [bob])
    with django_assert_num_queries(2):
        entries = room_entries(ada)
    assert sum(entry["unread"] for entry in entries) == 20


def test_an_entry_knows_when_something_was_last_said(ada, bob, eve, room):
    assert entry(ada, room)["last_posted_at"] is None
    message = post(room, bob)
    services.join(room, eve)
    at = entry(ada, room)["last_posted_at"]
    assert at == message.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_what_was_missed_of_ones_own_comes_in_its_order(ada, bob, room):
    before = place(bob, room).person_seq
    other = room_of(ada, bob, name="other")
    services.remove_member(room, ada, bob)
    missed = person_rooms_missed(bob.pk, before, 10)
    assert [(event.seq, event.data["id"], event.data["active"]) for event in missed] == [
        (place(bob, other).person_seq, other.pk, True),
        (place(bob, room).person_seq, room.pk, False),
    ]
    assert before < missed[0].seq < missed[1].seq
    assert person_rooms_missed(bob.pk, before, 1) is None
    assert person_rooms_missed(bob.pk, missed[1].seq, 1) == []


def test_nothing_is_counted_past_so_many(ada, bob, room, monkeypatch):
    monkeypatch.setattr(sidebar_entries, "MOST_COUNTED", 3)
    for _ in range(5):
        post(room, bob, "hello @ada")
    services.set_role(room, ada, bob, "moderator")
    post(room, bob, "@room")
    state = entry(ada, room)
    assert (state["unread"], state["mentions"], state["personal_mentions"]) == (3, 3, 3)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite counts its steps")
def test_the_sidebar_of_who_is_far_behind_looks_at_no_more_rows(ada, bob, room, monkeypatch):
    monkeypatch.setattr(sidebar_entries, "MOST_COUNTED", 20)
    say(room, bob, 20)
    before = count_steps(lambda: room_entries(ada))
    say(room, bob, 2_000)
    assert count_steps(lambda: room_entries(ada)) <= 1.1 * before


def test_the_browser_knows_how_far_is_counted():
    script = (Path(settings.BASE_DIR) / "static/js/models/unread.js").read_text()
    assert f"MOST_COUNTED = {sidebar_entries.MOST_COUNTED:_}" in script
