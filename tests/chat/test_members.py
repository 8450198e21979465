"""People come in, go, are asked in and out, and take roles."""

import pytest

from chat import services
from chat.models import Membership
from chat.states.sidebar_entries import person_rooms_missed
from realtime.shared.errors import Forbidden, Invalid, NotFound
from tests.chat.pages import people, person, room_of
from tests.chat.talk import entry, kinds, lines, place, post, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(db):
    """Lines about people have their full names."""
    return person("bob", display_name="Bob Kahn")


def test_anyone_joins_a_public_room(eve, room):
    services.join(room, eve)
    assert roles(room)["eve"] == "member"
    assert lines(room)[-1] == "eve joined the room"


def test_joining_twice_is_joining_once(ada, eve, room, published):
    services.join(room, eve)
    published.clear()
    services.join(room, eve)
    services.join(room, ada)
    assert published == []
    assert roles(room)["ada"] == "owner"


def test_nothing_old_is_unread_for_a_newcomer(bob, eve, room):
    post(room, bob)
    services.join(room, eve)
    assert entry(eve, room)["unread"] == 0
    post(room, bob)
    assert entry(eve, room)["unread"] == 1


def test_nobody_joins_a_private_room(ada, eve):
    private = room_of(ada, kind="private", name="founders")
    with pytest.raises(NotFound):
        services.join(private, eve)


def test_a_member_lets_others_in(bob, eve, room):
    mary, tim = people(2)
    services.invite(room, bob, [eve, mary, tim])
    assert set(roles(room)) == {"ada", "bob", "eve", "p000", "p001"}
    assert lines(room)[-1] == "Bob Kahn added eve, p000 and p001"


def test_a_member_is_not_invited_again(ada, bob, eve, room, published):
    services.set_role(room, ada, bob, "moderator")
    published.clear()
    assert services.invite(room, ada, [bob]) == []
    assert published == []
    assert [member.user for member in services.invite(room, ada, [bob, eve])] == [eve]
    assert roles(room)["bob"] == "moderator"


def test_an_invitation_names_at_most_a_hundred(ada, room):
    with pytest.raises(Invalid, match="100"):
        services.invite(room, ada, people(101))


def test_who_comes_back_is_a_member_with_nothing_unread(ada, bob, room):
    services.set_role(room, ada, bob, "moderator")
    services.leave(room, bob)
    post(room, ada)
    services.join(room, bob)
    assert roles(room)["bob"] == "member"
    assert entry(bob, room)["unread"] == 0
    assert Membership.objects.filter(room=room, user=bob).count() == 1


def test_a_leave_is_the_last_event_that_a_person_gets(bob, room, published):
    services.leave(room, bob)
    *_, line, member, own = published
    assert line.data["html"] == "Bob Kahn left the room"
    assert (member.type, member.data["active"], member.removes) == ("member", False, (bob.pk,))
    assert (own.topic, own.data["active"]) == (f"user.{bob.pk}", False)


def test_who_is_not_in_does_not_leave(eve, room):
    with pytest.raises(NotFound):
        services.leave(room, eve)


def test_the_last_owner_hands_over_first(ada, bob, eve, room):
    with pytest.raises(Forbidden, match="Choose a new owner"):
        services.leave(room, ada)
    with pytest.raises(Forbidden, match="Choose a new owner"):
        services.leave(room, ada, hand_over_to=eve)
    services.leave(room, ada, hand_over_to=bob)
    assert roles(room) == {"bob": "owner"}
    assert lines(room)[-2:] == ["Ada Lovelace made Bob Kahn an owner", "Ada Lovelace left the room"]


def test_one_of_two_owners_just_leaves(ada, bob, room):
    services.set_role(room, ada, bob, "owner")
    services.leave(room, ada)
    assert roles(room) == {"bob": "owner"}


def test_who_is_alone_archives_the_room_by_leaving(ada):
    room = room_of(ada)
    services.leave(room, ada)
    room.refresh_from_db()
    assert room.archived_at is not None
    assert roles(room) == {}


def test_a_removed_person_gets_the_line_and_nothing_after(ada, bob, room, published):
    services.remove_member(room, ada, bob)
    assert kinds(published) == [f"room.{room.pk} message", f"room.{room.pk} member", f"user.{bob.pk} room"]
    assert published[0].data["html"] == "Ada Lovelace removed Bob Kahn"
    assert published[1].removes == (bob.pk,)
    assert published[2].data["active"] is False


@pytest.mark.parametrize("kind", ["public", "private"])
def test_a_former_members_entry_has_no_later_facts_of_the_room(ada, bob, kind, published):
    room = room_of(ada, bob, kind=kind, name="before")
    published.clear()
    services.remove_member(room, ada, bob)
    [removal] = [event for event in published if event.topic == f"user.{bob.pk}" and event.type == "room"]
    services.update_room(room, ada, name="after", topic="after")
    post(room, ada, "after @bob")
    ended = {"id": room.pk, "active": False, "person_seq": removal.seq}
    assert removal.data == ended
    assert [event.data for event in person_rooms_missed(bob.pk, removal.seq - 1, 10)] == [ended]


def test_only_a_higher_role_removes(ada, bob, eve, room):
    services.join(room, eve)
    with pytest.raises(Forbidden):
        services.remove_member(room, bob, eve)
    services.set_role(room, ada, bob, "moderator")
    services.set_role(room, ada, eve, "moderator")
    with pytest.raises(Forbidden, match="lower role than yours"):
        services.remove_member(room, bob, eve)
    with pytest.raises(Forbidden):
        services.remove_member(room, bob, ada)
    services.set_role(room, ada, eve, "member")
    services.remove_member(room, bob, eve)
    assert "eve" not in roles(room)


def test_owners_give_roles(ada, bob, room):
    services.set_role(room, ada, bob, "moderator")
    assert lines(room)[-1] == "Ada Lovelace made Bob Kahn a moderator"
    with pytest.raises(Forbidden):
        services.set_role(room, bob, bob, "owner")
    with pytest.raises(Invalid):
        services.set_role(room, ada, bob, "king")


def test_a_role_is_published_to_the_room_and_the_person(ada, bob, room, published):
    services.set_role(room, ada, bob, "owner")
    assert kinds(published)[1:] == [f"room.{room.pk} member", f"user.{bob.pk} room"]
    assert published[1].data["role"] == published[2].data["role"] == "owner"


def test_a_room_keeps_an_owner(ada, bob, room):
    with pytest.raises(Forbidden, match="needs an owner"):
        services.set_role(room, ada, ada, "member")
    services.set_role(room, ada, bob, "owner")
    services.set_role(room, bob, ada, "member")
    assert roles(room) == {"ada": "member", "bob": "owner"}


def test_a_new_name_is_published_to_all_rooms_where_the_person_was(ada, bob, room, published):
    other = room_of(ada, bob, name="other")
    services.leave(other, bob)
    published.clear()
    bob.display_name = "Robert"
    bob.save()
    services.publish_profile(bob)
    assert {(event.topic, event.data["user"]["name"], event.data["active"]) for event in published} == {
        (f"room.{room.pk}", "Robert", True),
        (f"room.{other.pk}", "Robert", False),
    }
    assert {(event.topic, event.seq) for event in published} == {
        (f"room.{at.pk}", place(bob, at).seq) for at in (room, other)
    }


def test_a_new_name_costs_as_many_queries_in_two_rooms_as_in_one(ada, bob, room, django_assert_max_num_queries):
    for number in range(10):
        room_of(ada, bob, name=f"room {number}")
    with django_assert_max_num_queries(8):
        services.publish_profile(bob)
