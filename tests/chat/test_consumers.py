"""Connect, receive, disconnect: the consumer with real sessions, tokens, rooms and a real database."""

import asyncio
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from asgiref.sync import sync_to_async

from accounts.models import User
from accounts.services import end_sessions, make_token, revoke_token
from chat import services, writer
from chat.models import Message
from chat.topics import RoomTopic
from realtime.conf import limits
from realtime.engine.hub import Hub
from realtime.engine.lifecycle import stop
from realtime.shared import threads
from tests.chat.connections import Connection, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def world(transactional_db):
    """Ada's room with Bob in it; Eve is not. Connections made by `connect(user)` are open, and closed at the end."""

    def build():
        people = [User.objects.create_user(name, password="x") for name in ("ada", "bob", "eve")]
        room = services.create_room(people[0], kind="private", name="founders")
        services.invite(room, people[0], [people[1]])
        return room, *people

    world = World(*await sync_to_async(build)())
    yield world
    for connection in world.connections:
        await connection.closes()
    hub = Hub.of_this_process()
    if hub:
        await stop(hub)
    await asyncio.to_thread(threads.close_connections)


class World:
    def __init__(self, room, ada, bob, eve):
        self.room, self.ada, self.bob, self.eve = room, ada, bob, eve
        self.topic = f"room.{room.pk}"
        self.connections = []

    async def connect(self, user, **how):
        connection = Connection(session_key=await sync_to_async(sign_in)(user), **how)
        assert await connection.opens()
        self.connections.append(connection)
        return connection

    async def member(self, user):
        connection = await self.connect(user)
        await connection.enters(self.topic)
        return connection


async def test_a_sign_in_opens_the_connection(world):
    connection = await world.connect(world.ada)
    hello = await connection.next_line()
    assert hello["type"] == "hello"
    assert hello["data"]["user"]["username"] == "ada"
    assert hello["data"]["limits"]["message_characters"] == 8000


async def test_a_stranger_is_refused_before_the_connection_opens(world):
    assert not await Connection().opens()
    assert not await Connection(session_key="nonsense").opens()
    assert not await Connection(token="hub_nonsense").opens()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://evil.example",
        "https://testserver",
        "http://testserver:81",
        "http://testserver.evil.example",
        "http://eviltestserver",
        "http://user@testserver",
        "testserver",
    ],
)
async def test_another_page_is_refused_even_with_the_cookie(world, origin):
    key = await sync_to_async(sign_in)(world.ada)
    assert not await Connection(session_key=key, origin=origin).opens()


async def test_a_trusted_page_of_another_site_is_let_in(world, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://intranet.example.org", "https://*.example.net"]
    for origin in ("https://intranet.example.org", "https://a.b.example.net"):
        await world.connect(world.ada, origin=origin)
    key = await sync_to_async(sign_in)(world.ada)
    assert not await Connection(session_key=key, origin="http://a.example.net").opens()
    assert not await Connection(session_key=key, origin="https://aexample.net").opens()


async def test_a_token_opens_the_connection_without_an_origin(world):
    token, key = await sync_to_async(make_token)(world.ada, "robot")
    connection = Connection(token=key, origin=None)
    assert await connection.opens()
    await sync_to_async(revoke_token)(token)
    assert await connection.is_closed_with() == 4501


async def test_a_page_of_another_version_is_told_so(world):
    connection = Connection(session_key=await sync_to_async(sign_in)(world.ada), path="/ws/?protocol=99")
    assert await connection.opens()
    assert await connection.is_closed_with() == 4500


async def test_connects_of_one_address_are_limited(world, monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS_PER_ADDRESS", 2)
    await world.connect(world.ada)
    await world.connect(world.bob)
    assert not await Connection(session_key=await sync_to_async(sign_in)(world.eve)).opens()


async def test_what_one_posts_the_other_hears(world):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    ok = await ada.posts("hi **all**", world.topic)
    event = await bob.hears("message", id=ok["id"])
    assert event["seq"] == ok["seq"]
    assert event["data"]["html"] == "<p>hi <strong>all</strong></p>"
    assert await Message.objects.filter(pk=ok["id"], posted_seq=ok["seq"], text="hi **all**").aexists()


async def test_a_retry_is_the_same_message(world):
    ada, again, bob = await world.member(world.ada), await world.member(world.ada), await world.member(world.bob)
    key = uuid.uuid4()
    first = await ada.posts("once", world.topic, key)
    assert await again.posts("once", world.topic, key) == first
    assert (await ada.posts("another", world.topic, key))["code"] == "conflict"
    last = await ada.posts("last", world.topic)
    assert last["seq"] == first["seq"] + 1
    await bob.hears("message", id=first["id"])
    assert (await bob.hears("message"))["data"]["id"] == last["id"]


async def test_posts_that_are_on_the_way_together_keep_their_order(world):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    for number in range(10):
        await ada.sends("message.post", world.topic, key=str(uuid.uuid4()), text=f"number {number}")
    heard = [await bob.hears("message") for _ in range(10)]
    assert [event["data"]["html"] for event in heard] == [f"<p>number {number}</p>" for number in range(10)]
    assert [event["seq"] for event in heard] == list(range(heard[0]["seq"], heard[0]["seq"] + 10))


async def test_who_comes_back_has_missed_nothing(world):
    ada, bob = await world.member(world.ada), await world.connect(world.bob)
    hello = await bob.next_line()
    head = (await bob.enters(world.topic))["head"]
    await bob.closes()
    world.connections.remove(bob)
    posted = [await ada.posts(f"number {number}", world.topic) for number in range(5)]
    bob = await world.connect(world.bob)
    ref = await bob.sends("subscribe", topics={world.topic: head}, epoch=hello["data"]["epoch"])
    missed = [await bob.hears("message") for _ in range(5)]
    assert [event["seq"] for event in missed] == [ok["seq"] for ok in posted]
    reply = await bob.until(lambda line: line.get("ref") == ref)
    assert reply["ok"]["topics"][world.topic] == {"head": posted[-1]["seq"]}


async def test_not_there_and_not_yours_look_the_same(world):
    eve = await world.connect(world.eve)
    mine, nowhere = await eve.enters(world.topic), await eve.enters("room.999999")
    assert mine == nowhere
    assert mine["error"]["code"] == "not_found"
    assert (await eve.enters(f"user.{world.ada.pk}"))["error"]["code"] == "not_found"
    assert (await eve.enters("connections.0"))["error"]["code"] == "not_found"
    assert (await eve.posts("hi", world.topic))["code"] == "not_subscribed"


async def test_who_is_removed_hears_that_and_nothing_after(world):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    await sync_to_async(services.remove_member)(world.room, world.ada, world.bob)
    ok = await ada.posts("among us", world.topic)
    removal = await bob.hears("member", active=False)
    assert removal["seq"] < ok["seq"]
    assert (await bob.asks("ping"))["ok"] == {}
    assert not any("among us" in line for line in bob.lines)
    assert (await bob.posts("still here?", world.topic))["code"] == "not_subscribed"
    assert (await bob.enters(world.topic))["error"]["code"] == "not_found"


async def test_posts_are_limited_over_all_tabs_and_processes(world):
    ada, again, bob = await world.member(world.ada), await world.member(world.ada), await world.member(world.bob)
    answers = [await tab.posts("hi", world.topic) for tab in (ada, again) * 6]
    refused = [answer for answer in answers if "code" in answer]
    assert refused
    assert all(answer["code"] == "rate_limited" and answer["retry_after"] > 0 for answer in refused)
    assert refused[0]["message"] == "You're sending messages too quickly. Try again in 1 s."
    assert len(answers) - len(refused) in (10, 11)
    assert "id" in await bob.posts("not me", world.topic)
    for _ in range(10):
        RoomTopic.count_elsewhere(world.bob.pk)
    assert (await bob.posts("nor me, any more", world.topic))["code"] == "rate_limited"


async def test_typing_is_told_to_the_others_and_not_stored(world):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    await ada.asks("room.typing", world.topic)
    await ada.asks("room.typing", world.topic)
    assert (await bob.hears("typing"))["data"] == {"user": world.ada.pk, "name": "ada"}
    ok = await ada.posts("written", world.topic)
    lines = []
    await bob.until(lambda line: lines.append(line) or line.get("seq") == ok["seq"])
    assert not any(line.get("type") == "typing" for line in lines)


async def test_ending_the_sessions_ends_the_connections(world):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    await sync_to_async(end_sessions)(world.ada)
    assert await ada.is_closed_with() == 4501
    assert (await bob.asks("ping"))["ok"] == {}


async def test_a_sign_in_that_ended_unheard_is_found(world, monkeypatch):
    """As if the bus had lost the word: the session's row is gone, and nobody said so."""
    monkeypatch.setattr(limits, "CREDENTIALS_SECONDS", 0.1)
    ada = await world.member(world.ada)
    await User.objects.filter(pk=world.ada.pk).aupdate(is_active=False)
    assert await ada.is_closed_with() == 4501


@pytest.mark.parametrize(
    "type, data, code",
    [
        ("message.post", {"key": "no uuid", "text": "hi"}, "bad_command"),
        ("message.post", {"key": str(uuid.uuid4())}, "bad_command"),
        ("message.post", {"key": str(uuid.uuid4()), "text": 7}, "bad_command"),
        ("message.post", {"key": str(uuid.uuid4()), "text": "hi", "more": 1}, "bad_command"),
        ("message.post", {"key": str(uuid.uuid4()), "text": " \n "}, "invalid"),
        ("message.post", {"key": str(uuid.uuid4()), "text": "x" * 8001}, "invalid"),
        ("message.post", {"key": str(uuid.uuid4()), "text": "a\x00b"}, "invalid"),
        ("message.edit", {"id": 2**53, "text": "hi"}, "bad_command"),
        ("message.edit", {"id": 2**53 - 1, "text": "hi"}, "not_found"),
        ("message.delete", {"id": -1}, "bad_command"),
        ("room.read", {"seq": "all"}, "bad_command"),
        ("room.level", {"level": "loud"}, "bad_command"),
        ("room.level", {"mute": 3600}, "bad_command"),
        ("room.explode", {}, "unknown_type"),
    ],
)
async def test_bad_commands_have_names_and_disturb_nobody(world, type, data, code):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    assert (await ada.asks(type, world.topic, **data))["error"]["code"] == code
    ok = await ada.posts("still here", world.topic)
    await bob.hears("message", id=ok["id"])


async def test_binary_frames_are_refused_and_the_connection_lives_on(world):
    ada = await world.member(world.ada)
    await ada.communicator.send_to(bytes_data=b"\xff\x00")
    assert (await ada.until(lambda line: "error" in line))["error"]["code"] == "binary"
    assert (await ada.asks("ping"))["ok"] == {}


async def test_when_all_have_left_nothing_is_kept(world):
    connections = [await world.member(user) for user in (world.ada, world.bob, world.ada)]
    hub = Hub.of_this_process()
    assert hub.subscribers
    for connection in connections:
        await connection.closes()
    world.connections.clear()
    assert (hub.subscribers, hub.connections, hub.people, hub.addresses) == ({}, {}, {}, {})


async def test_how_much_one_hears_is_chosen_and_told_to_all_ones_tabs(world):
    here, there, his = await world.member(world.ada), await world.connect(world.ada), await world.member(world.bob)
    for connection in (there, his):
        await connection.enters(f"user.{(world.bob if connection is his else world.ada).pk}")
    reply = await here.asks("room.level", world.topic, level="nothing", mute="hour")
    assert reply["ok"]["level"] == "nothing"
    entry = (await there.hears("room"))["data"]
    assert (entry["level"], entry["muted_until"]) == ("nothing", reply["ok"]["muted_until"])
    assert (await here.asks("room.level", world.topic, mute="off"))["ok"] == {"level": "nothing", "muted_until": None}
    assert (await here.asks("room.level", world.topic))["ok"]["level"] == "nothing"
    assert (await his.asks("room.level", world.topic))["ok"] == {"level": "mentions", "muted_until": None}


async def test_who_writes_a_short_text_does_not_wait_for_a_long_one(world, monkeypatch):
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    rendering, goes_on = threading.Event(), threading.Event()

    def prepare(drafts):
        rendering.set()
        goes_on.wait(10)
        return services.prepare(drafts)

    monkeypatch.setattr(writer, "prepare", prepare)
    long = await ada.sends("message.post", world.topic, key=str(uuid.uuid4()), text="**long** " * 500)
    behind = await ada.sends("message.post", world.topic, key=str(uuid.uuid4()), text="and then")
    assert await asyncio.to_thread(rendering.wait, 10)
    short = await bob.posts("short", world.topic)
    goes_on.set()
    seqs = [(await ada.until(lambda line, ref=ref: line.get("ref") == ref))["ok"]["seq"] for ref in (long, behind)]
    assert short["seq"] < seqs[0] < seqs[1]


async def test_a_long_text_that_is_refused_says_so(world):
    ada = await world.member(world.ada)
    assert (await ada.posts("a" * 1500 + "\0", world.topic))["code"] == "invalid"
    assert "id" in await ada.posts("b" * 1500, world.topic)


JUMPS = [timedelta(days=400), -timedelta(days=800), timedelta(hours=1), -timedelta(hours=1), timedelta(seconds=-5)]


async def test_a_clock_that_jumps_disturbs_nobody(world, caplog):
    """What is in order goes by numbers, and what takes time by a clock that cannot be set."""
    ada, bob = await world.member(world.ada), await world.member(world.bob)
    published = []
    with time_machine.travel(datetime.now(UTC)) as clock:
        for jump in JUMPS:
            clock.shift(jump)
            posted = await ada.posts(f"after {jump}", world.topic)
            heard = await bob.hears("message", id=posted["id"])
            assert heard["seq"] == posted["seq"]
            assert "ok" in await ada.asks("message.edit", world.topic, id=posted["id"], text="changed")
            assert "ok" in await bob.asks("room.read", world.topic, seq=posted["seq"])
            published.append(posted["seq"])
    assert published == sorted(published)
    stored = Message.objects.filter(room=world.room, kind="text").order_by("posted_seq")
    assert await sync_to_async(list)(stored.values_list("posted_seq", flat=True)) == published
    assert [record for record in caplog.records if record.exc_info] == []
