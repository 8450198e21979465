"""Messages are edited and deleted."""

import pytest

from chat import services
from chat.models import Mention, Message
from realtime.shared.errors import Forbidden, Invalid, NotFound
from tests.chat.pages import room_of
from tests.chat.talk import entry, post

pytestmark = pytest.mark.django_db


def test_an_edit_keeps_the_place_and_takes_a_new_number(bob, room, published):
    message = post(room, bob, "teh")
    published.clear()
    edited = services.edit_message(room.pk, bob, message.pk, "the")
    assert (edited.posted_seq, edited.seq) == (message.posted_seq, message.seq + 1)
    [event] = published
    assert (event.seq, event.data["html"]) == (edited.seq, "<p>the</p>")
    assert event.data["edited_at"]


def test_the_same_text_is_no_edit(bob, room, published):
    message = post(room, bob, "the")
    published.clear()
    assert services.edit_message(room.pk, bob, message.pk, "the \n").edited_at is None
    assert published == []


def test_only_its_author_edits_a_message(ada, bob, eve, room):
    message = post(room, bob)
    with pytest.raises(Forbidden):
        services.edit_message(room.pk, ada, message.pk, "mine")
    with pytest.raises(NotFound):
        services.edit_message(room.pk, eve, message.pk, "mine")


def test_a_message_is_found_in_its_own_room_only(ada, bob, room):
    message = post(room, bob)
    other = room_of(bob, name="other")
    for change in (services.edit_message, services.delete_message):
        with pytest.raises(NotFound):
            change(other.pk, bob, message.pk, "text")


def test_system_lines_are_nobodys(ada, room):
    line = Message.objects.filter(room=room, kind="system").first()
    for change in (services.edit_message, services.delete_message):
        with pytest.raises(NotFound):
            change(room.pk, ada, line.pk, "text")


def test_who_left_changes_nothing_any_more(bob, room):
    message = post(room, bob)
    services.leave(room, bob)
    for change in (services.edit_message, services.delete_message):
        with pytest.raises(NotFound):
            change(room.pk, bob, message.pk, "text")


def test_an_edit_changes_who_is_named(ada, bob, eve, room):
    services.join(room, eve)
    message = post(room, ada, "@bob")
    services.edit_message(room.pk, ada, message.pk, "@eve @ada")
    assert list(Mention.objects.values_list("user", flat=True)) == [eve.pk]
    assert (entry(bob, room)["mentions"], entry(eve, room)["mentions"]) == (0, 1)


def test_a_deletion_leaves_a_mark_and_no_text(ada, bob, room, published):
    message = post(room, bob, "secret @ada")
    services.delete_message(room.pk, bob, message.pk)
    message = Message.objects.get(pk=message.pk)
    assert (message.text, message.html, message.deleted_by) == ("", "", bob)
    assert message.posted_seq < message.seq
    changed = [event for event in published if event.type == "message"][-1]
    assert "secret" not in changed.line
    assert changed.data["mentions"] == []
    assert not Mention.objects.exists()
    assert (entry(ada, room)["unread"], entry(ada, room)["mentions"]) == (0, 0)


def test_a_deletion_happens_once(bob, room, published):
    message = post(room, bob)
    services.delete_message(room.pk, bob, message.pk)
    published.clear()
    services.delete_message(room.pk, bob, message.pk)
    with pytest.raises(NotFound):
        services.edit_message(room.pk, bob, message.pk, "back")
    assert published == []


def test_moderators_and_owners_delete_with_a_reason(ada, bob, eve, room):
    services.join(room, eve)
    mine = post(room, eve)
    with pytest.raises(Forbidden):
        services.delete_message(room.pk, bob, mine.pk, "rude")
    services.set_role(room, ada, bob, "moderator")
    services.delete_message(room.pk, bob, mine.pk, "  rude ")
    mine.refresh_from_db()
    assert (mine.deleted_by, mine.delete_reason) == (bob, "rude")


def test_a_reason_has_at_most_250_characters(ada, room):
    message = post(room, ada)
    with pytest.raises(Invalid):
        services.delete_message(room.pk, ada, message.pk, "x" * 251)


def test_in_a_direct_conversation_one_deletes_what_one_wrote(ada, bob):
    room = services.open_direct(ada, [bob])
    message = post(room, bob)
    with pytest.raises(Forbidden):
        services.delete_message(room.pk, ada, message.pk)
    assert services.delete_message(room.pk, bob, message.pk).deleted_at


def test_staff_delete_anywhere(ada, bob, eve, room):
    message = post(room, bob)
    with pytest.raises(Forbidden):
        services.delete_message(room.pk, eve, message.pk, "law", as_staff=True)
    eve.is_staff = True
    assert services.delete_message(room.pk, eve, message.pk, "law", as_staff=True).deleted_by_id == eve.pk
