"""What people are told arrives: each once, in order, with the exact count, whatever is killed on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from django.contrib.auth import get_user_model

from notifications.inbox.unread_counts import count_unread
from notifications.models import Notification
from notifications.services import mark_read, notify
from notifications.streams.definitions import create_stream
from notifications.streams.subscriptions import subscribe
from realtime.engine.sequences import heads
from tests.connections import Connection
from tests.journeys.places import TWO_PROCESSES
from tests.people import Person

PATIENCE_SECONDS = 15  # a process that was killed takes some seconds to start again
UVICORN = {"kind": "uvicorn"}
everywhere = pytest.mark.parametrize("site", [UVICORN, TWO_PROCESSES], ids=["sqlite", "two processes"], indirect=True)
two_processes = pytest.mark.parametrize("site", [TWO_PROCESSES], ids=["two processes"], indirect=True)


class Bell:
    """What a person's client shows of their notifications, changed by nothing but the events it was told."""

    def __init__(self, person: Person, connection: Connection) -> None:
        self.person, self.connection = person, connection
        self.topic = f"user.{person.id}"

    @property
    def events(self) -> list[dict]:
        return [event for event in self.connection.applied[self.topic] if event["type"] == "notification"]

    @property
    def shown(self) -> list[tuple[str, bool]]:
        """The title of each and whether it is unread, in the order in which they were told."""
        rows = {event["data"]["notification"]["id"]: event["data"]["notification"] for event in self.events}
        in_order = sorted(rows.values(), key=lambda row: row["position"])
        return [(row["title"], row["read_at"] is None) for row in in_order]

    @property
    def unread(self) -> int:
        return self.events[-1]["data"]["unread"]

    async def is_notified(self) -> None:
        """Wait for a notification that was not waited for before."""
        await self.connection.hears("notification", self.topic)

    async def comes_back(self, server: int = 0) -> None:
        """Come back with the cursor, as a client does when its line breaks."""
        await self.connection.closes()
        await self.connection.reopens(self.person.site.servers[server].ws_url)

    async def is_exact(self, number: int) -> None:
        """Say that so many have come: all that is stored and nothing twice, and the count is right."""
        site = self.person.site
        head = (await site.database(heads, [self.topic]))[self.topic]
        await self.connection.reaches(self.topic, head)
        assert all(one["seq"] < other["seq"] for one, other in pairwise(self.events))
        assert len(self.shown) == number
        assert self.shown == await site.database(stored, self.person.id)
        assert self.unread == sum(is_unread for _, is_unread in self.shown)
        assert self.unread == (await site.database(count_unread, [self.person.id]))[self.person.id]
        assert self.connection.resets == []


@asynccontextmanager
async def bell_of(person: Person, server: int = 0) -> AsyncIterator[Bell]:
    async with person.connect(server=server, patience=PATIENCE_SECONDS) as connection:
        bell = Bell(person, connection)
        await connection.subscribe(bell.topic, after=0)
        assert bell.events == []
        yield bell


def stored(user_id: int) -> list[tuple[str, bool]]:
    rows = Notification.objects.filter(user=user_id).order_by("position").values_list("title", "read_at")
    return [(title, read_at is None) for title, read_at in rows]


def notify_user(user_id: int, *titles: str) -> None:
    """Notify, as any app does: here in a process that serves nobody and cannot reach Redis."""
    user = get_user_model().objects.get(pk=user_id)
    for title in titles:
        notify(to=user, kind="mention", title=title)


def notify_and_read(user_id: int, *titles: str) -> None:
    """Tell, and have every third read at once, as on another device."""
    for number, title in enumerate(titles):
        notify_user(user_id, title)
        if number % 3 == 0:
            mark_read(user_id, [Notification.objects.filter(user=user_id).latest("pk").pk])


def subscribe_to_deploys(user_id: int) -> None:
    subscribe(get_user_model().objects.get(pk=user_id), create_stream("deploys", "Deploys"))


def numbered(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(count)]


@everywhere
@pytest.mark.shares_site
async def test_from_every_process_each_arrives_once_and_in_order(site, ada, bob, room):
    await site.database(subscribe_to_deploys, ada.id)
    async with bell_of(ada, server=-1) as bell, bob.connect() as his:
        await his.subscribe(room)
        published = asyncio.gather(
            site.database(notify_user, ada.id, *numbered("from a program", 10)),
            site.manages("notify", "deploys", "from a command"),
        )
        for number in range(8):
            await his.posts(f"@ada {number}")
        assert (await published)[1] == "Notified 1 person.\n"
        await bell.is_exact(19)
        assert all(one["seq"] + 1 == other["seq"] for one, other in pairwise(bell.events))
        bodies = [event["data"]["notification"]["body"] for event in bell.events]
        assert [body for body in bodies if body] == numbered("@ada", 8)
    assert "Traceback" not in site.log


@everywhere
@pytest.mark.shares_site
async def test_what_a_program_says_again_after_a_crash_is_told_once(site, ada):
    await site.database(subscribe_to_deploys, ada.id)
    async with bell_of(ada, server=-1) as bell:
        for _ in range(2):
            await site.manages("notify", "deploys", "v2.4.0 is live", "--key", "v2.4.0")
        await bell.is_exact(1)


@two_processes
async def test_with_redis_dead_they_arrive(site, ada, bob, room):
    async with bell_of(ada, server=1) as bell, bob.connect() as his:
        await his.subscribe(room)
        site.redis.kill()
        for number in range(3):
            await his.posts(f"@ada, without Redis {number}")
            await bell.is_notified()
        await site.redis.starts()
        await his.posts("@ada, Redis is back")
        await bell.is_exact(4)


@two_processes
async def test_what_a_killed_process_had_no_time_to_tell_arrives(site, ada, bob, room):
    async with bell_of(ada, server=1) as bell, bob.connect() as his:
        await his.subscribe(room)
        site.redis.kill()  # so that it cannot ring
        await his.posts("@ada, are you there?")  # acknowledged: committed
        site.servers[0].kill()
        await site.redis.starts()
        await bell.is_exact(1)


@everywhere
async def test_who_was_served_by_a_killed_process_misses_nothing(site, ada):
    """Between the commit and the delivery the process stands still, and then it is dead."""
    serving = site.servers[-1]
    async with bell_of(ada, server=-1) as bell:
        await site.database(notify_user, ada.id, "before")
        await bell.is_notified()
        serving.pause()
        await site.database(notify_user, ada.id, "one", "two", "three")
        assert len(bell.events) == 1
        serving.kill()
        await serving.starts()
        await bell.comes_back()
        await bell.is_exact(4)
        assert [event["seq"] for event in bell.events] == [1, 2, 3, 4]


@everywhere
async def test_while_people_are_told_and_read_servers_are_killed(site, ada):
    async with bell_of(ada, server=-1) as bell:
        for turn in range(3):
            notifying = asyncio.create_task(site.database(notify_and_read, ada.id, *numbered(f"turn {turn},", 20)))
            await bell.is_notified()
            site.servers[-1].kill()
            await site.servers[-1].starts()
            await bell.comes_back(server=-1)
            await notifying
        await bell.is_exact(60)
        assert bell.unread == 60 - 3 * 7
    assert "Traceback" not in site.log
