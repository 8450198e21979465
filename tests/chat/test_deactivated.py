"""Users who were deactivated or have a new username: nothing leads to them, and old mentions still name them."""

import pytest

from accounts.models import User
from accounts.services import deactivate
from chat import services
from chat.services.mentioned_members import find_named
from chat.states.events import message_data
from realtime.shared.errors import Invalid
from tests.chat.pages import people, room_of, visit
from tests.chat.talk import lines, post, roles

pytestmark = pytest.mark.django_db


def shut_out_quietly(user) -> None:
    """Deactivate a user as a script does, without an event."""
    User.objects.filter(pk=user.pk).update(is_active=False)


def test_nobody_deactivated_is_offered_the_room_or_takes_it(ada, bob, eve, room):
    services.join(room, eve)
    shut_out_quietly(bob)
    browser = visit(ada)
    page = browser.get(f"/rooms/{room.pk}/settings/").text
    assert f'<option value="{eve.pk}"' in page
    assert f'<option value="{bob.pk}"' not in page
    with pytest.raises(Invalid, match="deactivated"):
        services.set_role(room, ada, bob, "owner")


def test_whoever_is_left_with_the_deactivated_alone_may_go(ada, bob, room):
    shut_out_quietly(bob)
    services.leave(room, ada)
    room.refresh_from_db()
    assert room.archived_at is not None


def test_an_owner_who_was_deactivated_does_not_count(ada, bob, room):
    services.set_role(room, ada, bob, "owner")
    shut_out_quietly(ada)
    services.leave(room, bob)
    room.refresh_from_db()
    assert room.archived_at is not None


def test_rooms_of_who_is_deactivated_get_another_owner(ada, bob, eve, room, published):
    services.join(room, eve)
    services.set_role(room, ada, eve, "moderator")
    shared = room_of(ada, bob, name="shared")
    services.set_role(shared, ada, bob, "owner")
    alone = room_of(ada, name="alone")
    published.clear()
    deactivate(ada)
    assert roles(room)["eve"] == "owner"
    assert lines(room)[-1] == "eve is now an owner because the last owner's account was deactivated"
    assert (roles(shared)["bob"], lines(shared)[-1]) == ("owner", "Ada Lovelace made bob an owner")
    assert roles(alone) == {"ada": "owner"}
    [event] = [event for event in published if event.topic == f"room.{shared.pk}"]
    assert event.data["user"]["deactivated"] is True


def test_who_is_here_is_not_said_to_be_deactivated(bob, room):
    assert "deactivated" not in message_data(post(room, bob))["author"]


def test_nobody_begins_to_talk_with_who_is_deactivated(ada, bob):
    shut_out_quietly(bob)
    answer = visit(ada).post("/direct/", {"users": [bob.pk]}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400,
        "This account is deactivated. Nobody would read your messages.",
    )


def test_an_edit_keeps_whom_the_message_named(ada, bob, room):
    message = post(room, ada, "hi @bob, teh end")
    User.objects.filter(pk=bob.pk).update(username="robert", folded_username="robert")
    [other] = people(1)
    User.objects.filter(pk=other.pk).update(username="bob", folded_username="bob")
    services.join(room, other)
    edited = services.edit_message(room.pk, ada, message.pk, "hi @bob, the end")
    assert edited.mention_ids == [bob.pk]
    assert set(find_named([(room.pk, ada.pk, "@bob")])[room.pk, ada.pk].values()) == {other.pk}


def test_an_edit_keeps_who_was_deactivated_and_not_who_is_gone(ada, bob, eve, room):
    services.join(room, eve)
    message = post(room, ada, "hi @bob and @eve")
    shut_out_quietly(bob)
    services.leave(room, eve)
    assert services.edit_message(room.pk, ada, message.pk, "hi @bob, and @eve").mention_ids == [bob.pk]
