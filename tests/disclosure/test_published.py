"""What comes by itself (events, notifications, mails, pushes) tells outsiders nothing that they may not know."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import connection

import config.asgi  # noqa: F401 it registers the topics
from chat import services
from notifications.delivery.push import sender
from notifications.delivery.push.sender import Sent
from notifications.jobs import send_due_pushes
from notifications.kinds import all_kinds
from notifications.models import Device, Keyword, Notification
from notifications.streams.definitions import create_stream, update_stream
from notifications.streams.news import publish_to_stream
from realtime.engine.topics import find
from tests.cast import person
from tests.chat.pages import room_of
from tests.chat.talk import post, react
from tests.disclosure.test_tables import EVENTS
from tests.disclosure.world import SECRET
from tests.notifications.post import NOON, at, sent_emails

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=2)  # past every wait of a mail or a push


@pytest.fixture
def pushed(monkeypatch):
    """What goes to push services: (whose device, what it shows)."""
    sent: list[tuple[str, str]] = []

    def transmit(device, payload, keys):
        sent.append((device.user.username, json.dumps(payload)))
        connection.close()
        return Sent()

    monkeypatch.setattr(sender, "transmit", transmit)
    return sent


@pytest.fixture
def world(transactional_db):
    """A private room, a direct conversation and a stream, and people who were told of them until they were put out."""
    with at(NOON):
        names = ("ada", "bob", "former", "stranger")
        ada, bob, former, stranger = (person(name, email=f"{name}@example.org") for name in names)
        staff = person("staff", email="staff@example.org", is_staff=True)
        for user in (ada, bob, former, stranger, staff):
            Device.objects.create(user=user, name="phone", endpoint=f"https://push.example.org/{user.pk}")
        for user in (bob, former):
            Keyword.objects.create(user=user, word=SECRET)
        room = room_of(ada, bob, former, kind="private", name="founders")
        services.set_level(room.pk, former.pk, "everything")
        post(room, ada, "@former @room hello")
        insiders = Group.objects.create(name="insiders")
        insiders.user_set.add(bob, former)
        stream = create_stream("reports", "reports", is_open=False, rule="group", group=insiders)
        publish_to_stream(stream, "hello")
        services.remove_member(room, ada, former)
        insiders.user_set.remove(former)
        direct = services.open_direct(ada, [bob])
    return SimpleNamespace(
        ada=ada, bob=bob, room=room, direct=direct, stream=stream, outsiders=[former, stranger, staff]
    )  # fmt: skip


def mention(world):
    return post(world.room, world.ada, f"@bob @former @stranger {SECRET}-words")


def keyword(world):
    return post(world.room, world.ada, f"a {SECRET} swims by")


def announce(world):
    return post(world.room, world.ada, f"@room {SECRET}-words")


def say(world):
    services.set_level(world.room.pk, world.bob.pk, "everything")
    return post(world.room, world.ada, "x" + SECRET)


def whisper(world):
    return post(world.direct, world.ada, f"x{SECRET}")


def invite(world):
    services.invite(services.create_room(world.ada, kind="private", name=f"{SECRET}-two"), world.ada, [world.bob])


def react_to_bob(world):
    react(world.room, world.ada, post(world.room, world.bob, f"x{SECRET}"))


def publish(world):
    publish_to_stream(world.stream, f"{SECRET} news")


# By kind of notification: what raises it for Bob, who may know.
KINDS = {
    "mention": mention,
    "keyword": keyword,
    "room_announcement": announce,
    "room_message": say,
    "direct_message": whisper,
    "invitation": invite,
    "reaction": react_to_bob,
    "stream": publish,
}


def test_every_kind_is_in_the_table():
    kinds = {kind.name for kind in all_kinds()} - {"ping"}  # which is of other tests
    assert kinds == KINDS.keys(), "tests/disclosure/test_told.py: say what raises a new kind of notification."


def change(world) -> None:
    """Change everything about the room and the stream that outsiders were told of once."""
    services.update_room(world.room, world.ada, name=f"{SECRET}-room", topic=f"{SECRET} topic")
    update_stream(world.stream, name=f"{SECRET} stream")
    first = mention(world)
    services.edit_message(world.room.pk, world.ada, first.pk, f"@former {SECRET} edited")
    services.delete_message(world.room.pk, world.ada, first.pk)
    services.set_role(world.room, world.ada, world.bob, "moderator")


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_know_is_told_and_nobody_else(world, published, pushed, kind):
    with at(NOON):
        change(world)
        KINDS[kind](world)
    emails = sent_emails(LATER)
    with at(LATER):
        send_due_pushes()

    theirs = Notification.objects.filter(user=world.bob, kind=kind, retracted_at=None)
    assert any(SECRET in f"{each.title} {each.body}" for each in theirs)
    assert any(who == "bob" for who, _ in pushed)
    for outsider in world.outsiders:
        assert secret_notices(outsider) == []
        assert [event.line for event in published if SECRET in event.line and may_hear(outsider, event.topic)] == []
        assert [text for who, text in pushed if who == outsider.username and SECRET in text] == []
        assert [str(each) for each in emails if each["To"] == outsider.email and SECRET in each.as_string()] == []
    assert any(SECRET in event.line for event in published)
    assert [event for event in published if event.topic.partition(".")[0] not in EVENTS[event.type]] == []


def secret_notices(user) -> list[str]:
    rows = Notification.objects.filter(user=user).values_list("title", "body", "data")
    return [str(row) for row in rows if SECRET in str(row)]


def may_hear(user, name: str) -> bool:
    topic = find(name)
    return (user.pk, topic.id) in type(topic).authorize({(user.pk, topic.id)})


def test_what_was_told_before_is_mailed_and_pushed_without_what_came_after(world, pushed):
    """The mail is written later: it must not look up how the room is called by then."""
    with at(NOON):
        change(world)
    emails = [email for email in sent_emails(LATER) if email["To"] == "former@example.org"]
    with at(LATER):
        send_due_pushes()
    assert [email for email in emails if SECRET in email.as_string()] == []
    assert [text for who, text in pushed if who == "former" and SECRET in text] == []
