"""Rooms are made, found, named and put away."""

import pytest
from django.db import IntegrityError

from accounts.models import User
from chat import services
from chat.errors import Archived
from chat.models import Room
from realtime.shared.errors import Forbidden, Invalid, NotFound
from tests.chat.pages import people, person, room_of
from tests.chat.talk import entry, kinds, lines, place, post, refused, roles

pytestmark = pytest.mark.django_db


def test_who_makes_a_room_owns_it(ada):
    room = services.create_room(ada, kind="public", name="  the   lounge ", topic=" Be\nkind ")
    assert (room.name, room.topic, roles(room)) == ("the lounge", "Be kind", {"ada": "owner"})
    assert lines(room) == ["Ada Lovelace created the room"]
    assert entry(ada, room)["unread"] == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "bell\x07"])
def test_a_room_has_a_name_of_one_line(ada, name):
    with pytest.raises(Invalid):
        services.create_room(ada, kind="public", name=name)
    assert not Room.objects.exists()


def test_a_direct_conversation_is_not_made_like_a_room(ada):
    with pytest.raises(Invalid):
        services.create_room(ada, kind="direct", name="psst")


def test_two_public_rooms_never_share_a_name(ada, room):
    with pytest.raises(Invalid, match="already there"):
        services.create_room(ada, kind="public", name="General")
    other = services.create_room(ada, kind="public", name="other")
    with pytest.raises(Invalid, match="already there"):
        services.update_room(other, ada, name="GENERAL")


def test_a_private_rooms_name_is_not_given_away(ada, bob):
    services.create_room(ada, kind="private", name="layoffs")
    services.create_room(bob, kind="public", name="layoffs")
    services.create_room(bob, kind="private", name="layoffs")
    assert Room.objects.filter(name="layoffs").count() == 3


def test_people_have_one_direct_conversation(ada, bob, eve):
    room = services.open_direct(ada, [bob])
    assert services.open_direct(bob, [ada, ada, bob]) == room
    assert services.open_direct(ada, [bob, eve]) != room
    assert services.open_direct(ada, []) != room
    assert roles(room) == {"ada": "member", "bob": "member"}


@pytest.mark.django_db
def test_what_the_database_refuses_is_no_conversation_that_is_there(ada, bob, monkeypatch):
    def refuse(room):
        raise IntegrityError("CHECK constraint failed: room_kind")

    monkeypatch.setattr(Room, "save", refuse)
    with pytest.raises(IntegrityError, match="room_kind"):
        services.open_direct(ada, [bob])


def test_a_new_direct_conversation_is_published_to_both(ada, bob, published):
    services.open_direct(ada, [bob])
    assert [f"user.{ada.pk} room", f"user.{bob.pk} room"] == sorted(kinds(published))[-2:]
    published.clear()
    services.open_direct(bob, [ada])
    assert published == []


def test_the_others_of_a_direct_conversation_stand_in_its_entry(ada, bob, eve):
    room = services.open_direct(ada, [bob, eve])
    assert [person["username"] for person in entry(ada, room)["people"]] == ["bob", "eve"]
    assert [person["username"] for person in entry(eve, room)["people"]] == ["ada", "bob"]


def test_a_direct_conversation_has_at_most_eight_people(ada):
    assert services.open_direct(ada, people(7))
    with pytest.raises(Invalid, match="private room"):
        services.open_direct(ada, people(8, "q"))


def test_who_was_deactivated_is_not_talked_to(ada, bob):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(NotFound):
        services.open_direct(ada, [bob])


def test_a_direct_conversation_stays_as_it_is(ada, bob, eve):
    room = services.open_direct(ada, [bob])
    for change in (
        lambda: services.leave(room, bob),
        lambda: services.invite(room, ada, [eve]),
        lambda: services.remove_member(room, ada, bob),
        lambda: services.update_room(room, ada, name="us"),
        lambda: services.archive(room, ada),
        lambda: services.set_role(room, ada, bob, "owner"),
    ):
        with pytest.raises(Forbidden):
            change()
    with pytest.raises(NotFound):
        services.join(room, eve)


def test_a_new_name_and_topic_stand_in_the_timeline(ada, room):
    services.update_room(room, ada, name="<b>lounge</b>", topic="Tea & <i>talk</i>")
    services.update_room(room, ada, topic="")
    assert lines(room)[-3:] == [
        "Ada Lovelace renamed the room to <strong>&lt;b&gt;lounge&lt;/b&gt;</strong>",
        "Ada Lovelace set the topic to <strong>Tea &amp; &lt;i&gt;talk&lt;/i&gt;</strong>",
        "Ada Lovelace cleared the topic",
    ]


def test_a_persons_name_is_text_wherever_it_stands(ada):
    mallory = person("mallory", display_name="<script>alert(1)</script>")
    room = room_of(mallory, ada)
    assert all("<script" not in line for line in lines(room))


def test_the_same_name_and_topic_change_nothing(ada, room, published):
    services.update_room(room, ada, name=room.name, topic=room.topic)
    services.update_room(room, ada)
    assert published == []


def test_members_do_not_rename(bob, eve, room):
    with pytest.raises(Forbidden):
        services.update_room(room, bob, name="mine")
    with pytest.raises(NotFound):
        services.update_room(room, eve, name="mine")


def test_an_archived_room_is_read_and_nothing_else(ada, bob, eve, room):
    message = post(room, bob)
    services.archive(room, ada)
    assert refused(room, bob) == "archived"
    for change in (
        lambda: services.edit_message(room.pk, bob, message.pk, "no"),
        lambda: services.update_room(room, ada, name="new"),
        lambda: services.invite(room, ada, [eve]),
        lambda: services.join(room, eve),
        lambda: services.archive(room, ada),
    ):
        with pytest.raises(Archived):
            change()
    assert Room.objects.visible_to(eve).filter(pk=room.pk).exists()
    assert room not in Room.objects.public()


def test_what_should_not_stand_in_an_archived_room_can_go(ada, bob, room):
    mine, theirs = post(room, bob), post(room, bob)
    services.archive(room, ada)
    assert services.delete_message(room.pk, bob, mine.pk).deleted_at
    assert services.delete_message(room.pk, ada, theirs.pk).deleted_at
    services.leave(room, bob)


def test_an_archived_room_comes_back(ada, bob, room):
    with pytest.raises(Forbidden, match="isn't archived"):
        services.restore(room, ada)
    services.archive(room, ada)
    services.restore(room, ada)
    assert lines(room)[-2:] == ["Ada Lovelace archived the room", "Ada Lovelace restored the room"]
    assert post(room, bob)


def test_people_see_public_rooms_and_their_own(ada, bob, eve, room):
    private = room_of(ada, bob, kind="private", name="founders")
    direct = services.open_direct(ada, [bob])
    assert set(Room.objects.visible_to(bob)) == {room, private, direct}
    assert set(Room.objects.visible_to(eve)) == {room}
    services.remove_member(private, ada, bob)
    assert private not in Room.objects.visible_to(bob)
    assert place(bob, private).active is False
