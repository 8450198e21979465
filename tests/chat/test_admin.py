import pytest
from django.test import Client
from django.urls import reverse

from chat import services
from chat.models import Membership, Message, Room
from realtime.shared.errors import Forbidden
from tests.chat.pages import people, person, role, room_of, say, visit, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("ada", is_staff=True, is_superuser=True)


@pytest.fixture
def bob():
    return person("bob")


@pytest.fixture
def room(bob):
    return room_of(bob, name="general")


@pytest.fixture
def admin(ada) -> Client:
    return visit(ada)


def page(kind: str, view: str = "changelist", *args) -> str:
    return reverse(f"admin:chat_{kind}_{view}", args=args)


def membership(user) -> Membership:
    return Membership.objects.get(user=user)


def act(admin: Client, kind: str, action: str, *rows, **more):
    return admin.post(page(kind), {"action": action, "_selected_action": [row.pk for row in rows], **more}, follow=True)


def test_the_search_and_every_column_have_their_words(admin, bob, room):
    say(room, bob)
    html = admin.get(page("message")).text
    assert '<span class="visually-hidden">Search</span></label>' in html
    assert "a.m." not in html
    assert "p.m." not in html
    head = '<th class="original"><span class="visually-hidden">Row</span></th>'
    assert head in admin.get(page("room", "change", room.pk)).text
    assert head in admin.get(reverse("admin:notifications_stream_add")).text


@pytest.mark.parametrize("kind", ["room", "membership", "message"])
@pytest.mark.parametrize("number", [1, 20])
def test_no_list_takes_a_query_a_row(admin, bob, kind, number, django_assert_num_queries):
    for index, user in enumerate(people(number)):
        say(room_of(user, name=f"room {index}"), user)
        services.open_direct(bob, [user])
    admin.get(page(kind))
    with django_assert_num_queries({"room": 4, "membership": 4, "message": 5}[kind]):
        assert admin.get(page(kind)).status_code == 200


@pytest.mark.parametrize("number", [1, 40])
def test_a_rooms_page_shows_the_first_members_of_any_number(admin, bob, room, number, django_assert_num_queries):
    services.invite(room, bob, people(number))
    admin.get(page("room", "change", room.pk))
    with django_assert_num_queries(4):
        response = admin.get(page("room", "change", room.pk))
    assert response.text.count("change/?_popup") <= 20
    assert f"All {number + 1} members" in response.text


@pytest.mark.parametrize("kind, query", [("room", "gen"), ("membership", "bob"), ("message", "hello")])
def test_everything_is_found_by_its_words(admin, bob, room, kind, query):
    say(room, bob)
    assert admin.get(page(kind), {"q": query}).context["cl"].result_count == 1
    assert admin.get(page(kind), {"q": "zzz"}).context["cl"].result_count == 0


@pytest.mark.parametrize("number, found", [("{}", 1), ("0", 0), ("9" * 18, 0), ("9" * 30, 2), ("all", 2)])
def test_a_rooms_messages_are_found_by_its_number_and_others_by_none(admin, bob, room, number, found):
    say(room, bob)
    say(room_of(bob, name="random"), bob)
    messages = Message.objects.filter(kind="text")
    listed = admin.get(page("message"), {"kind__exact": "text", "room__id__exact": number.format(room.pk)})
    assert (messages.count(), listed.context["cl"].result_count) == (2, found)


@pytest.mark.parametrize("kind", ["room", "membership", "message"])
def test_nothing_is_deleted_behind_the_logs_back(admin, bob, room, kind):
    say(room, bob)
    row = {"room": Room, "membership": Membership, "message": Message}[kind].objects.first()
    assert admin.post(page(kind, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin.get(page(kind)).text


def test_a_message_is_deleted_with_a_reason(admin, ada, bob, room):
    [message] = say(room, bob, text="rude")
    asked = act(admin, "message", "delete_with_reason", message)
    assert "rude" in asked.text
    assert Message.objects.get(pk=message.pk).deleted_at is None
    published = act(admin, "message", "delete_with_reason", message, reason="Against the rules")
    message.refresh_from_db()
    assert words(published) == ["Deleted: 1."]
    assert (message.text, message.deleted_by, message.delete_reason) == ("", ada, "Against the rules")
    assert message.seq > message.posted_seq


def test_a_message_in_a_conversation_can_be_deleted_too(admin, bob):
    [message] = say(services.open_direct(bob, [person("eve")]), bob)
    act(admin, "message", "delete_with_reason", message, reason="Threat")
    assert Message.objects.get(pk=message.pk).deleted_at


def test_nobody_puts_words_into_anothers_mouth(admin, bob, room):
    [message] = say(room, bob)
    assert admin.get(page("message", "add")).status_code == 403
    assert admin.post(page("message", "change", message.pk), {"text": "other"}).status_code == 403


def test_a_room_is_renamed_for_everybody(admin, room):
    admin.post(page("room", "change", room.pk), {"name": "lobby", "topic": "", **no_members()})
    room.refresh_from_db()
    assert room.name == "lobby"
    assert Message.objects.filter(room=room, html__contains="renamed the room").exists()


def test_a_rename_that_is_refused_is_told_in_words(admin, bob, room):
    services.archive(room, bob)
    response = admin.post(page("room", "change", room.pk), {"name": "lobby", "topic": "", **no_members()}, follow=True)
    assert words(response) == ["This room is archived."]


def test_rooms_are_archived_and_brought_back(admin, room):
    assert words(act(admin, "room", "archive", room)) == ["Archived: 1."]
    assert Room.objects.get().archived_at
    assert words(act(admin, "room", "archive", room)) == ["general: This room is archived."]
    act(admin, "room", "restore", room)
    assert Room.objects.get().archived_at is None


def test_link_previews_of_rooms_are_turned_off_and_on(admin, room):
    assert words(act(admin, "room", "turn_previews_off", room)) == ["Turned link previews off in: 1."]
    assert Room.objects.get().has_link_previews is False
    act(admin, "room", "turn_previews_on", room)
    assert Room.objects.get().has_link_previews is True


def test_somebody_is_let_in_given_a_role_and_taken_out(admin, bob, room):
    eve = person("eve")
    admin.post(page("membership", "add"), {"room": room.pk, "user": eve.pk})
    admin.post(page("membership", "change", membership(eve).pk), {"role": "owner"})
    assert (membership(eve).active, membership(eve).role) == (True, "owner")
    act(admin, "membership", "remove", membership(bob))
    assert not membership(bob).active
    admin.post(page("membership", "add"), {"room": room.pk, "user": bob.pk})
    assert membership(bob).active


def test_a_room_keeps_its_last_owner(admin, room):
    published = act(admin, "membership", "remove", Membership.objects.get())
    assert "A room needs an owner." in words(published)[0]
    assert Membership.objects.get().active


def test_only_staff_act_as_staff(bob, room):
    eve = person("eve")
    role(room, eve, "owner")
    with pytest.raises(Forbidden):
        services.archive(room, eve, as_staff=True)


def no_members() -> dict:
    return {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
