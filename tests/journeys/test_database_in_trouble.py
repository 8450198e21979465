"""The database in trouble: an answer in five seconds, never a false one, pages that say so; and all is back at once."""

import asyncio
import time
from contextlib import asynccontextmanager
from uuid import uuid4

import psycopg
from django.db import connections

from chat.models import Message
from tests.journeys.places import UNLIMITED, make_room

ANSWER_SECONDS = 5
BACK_SECONDS = 5
MORE_PAGES_THAN_THREADS = 5  # and no more than the test has threads for
ENVIRONMENT = UNLIMITED | {"HUBBUB_HEARTBEAT_SECONDS": 1}


class Place:
    """A room of Ada's on a site whose database can be hurt, and what must hold in each trouble."""

    def __init__(self, site, ada, connection, rooms):
        self.site, self.ada, self.connection = site, ada, connection
        self.room, self.other_room = rooms

    async def is_refused(self, room=None, type="message.post", **data) -> dict:
        """Send a command that must be refused in time, and return the error."""
        started = time.monotonic()
        data = data or {"key": str(uuid4()), "text": "is anybody there?"}
        error = await self.connection.is_refused("unavailable", type, room or self.room, **data)
        assert time.monotonic() - started < ANSWER_SECONDS
        assert error["retry"]
        return error

    async def has_no_pages(self) -> None:
        started = time.monotonic()
        answer = await self.ada.gets("/rooms/")
        assert time.monotonic() - started < ANSWER_SECONDS
        assert (answer.status, answer.headers.get("retry-after")) == (503, "5"), answer.text[:500]
        assert "try again" in answer.text.lower()

    async def is_back(self) -> None:
        """Pages and posts work again within seconds."""
        deadline = time.monotonic() + BACK_SECONDS
        while (status := (await self.ada.gets("/rooms/")).status) != 200:
            assert status == 503
            assert time.monotonic() < deadline
        while "ok" not in await self.connection.asks("message.post", self.room, key=str(uuid4()), text="back"):
            assert time.monotonic() < deadline
        assert time.monotonic() < deadline

    @asynccontextmanager
    async def keeps_time(self):
        """Say that heartbeats go on meanwhile."""
        beats = sum(event["type"] == "heartbeat" for event in self.connection.heard)
        started = time.monotonic()
        yield
        seconds = time.monotonic() - started
        assert sum(event["type"] == "heartbeat" for event in self.connection.heard) - beats > seconds / 2 - 1

    def administers(self):
        return psycopg.connect(self.site.database.url, autocommit=True, options="-c default_transaction_read_only=off")

    def ends_backends(self):
        with self.administers() as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


async def test_postgresql_in_every_trouble(sites):
    site = sites(kind="uvicorn", postgres=True, proxied=True, environment=ENVIRONMENT)
    ada = await site.person("ada")
    rooms = [await site.database(make_room, ada.id, name=name) for name in ("general", "other")]
    async with ada.connect(patience=15) as connection:
        await connection.subscribe(*rooms)
        place = Place(site, ada, connection, rooms)
        await place.is_back()
        for trouble in (stands_still, loses_a_commit, turns_read_only, is_locked, has_one_room_locked, is_down):
            async with place.keeps_time():
                await trouble(place)
            await place.is_back()
        place.ends_backends()
        assert (await ada.gets("/rooms/")).status == 200
        assert connection.close_code is None
    assert "Traceback" not in site.log, site.log
    assert site.log.count("The database cannot be used") <= 6
    assert site.log.count("A regular check needs the database") <= 3, "one outage is two lines, not one for each try"


async def stands_still(place):
    place.site.database_proxy.stands_still()
    try:
        asked = [place.is_refused() for _ in range(3)]
        pages = [place.has_no_pages() for _ in range(MORE_PAGES_THAN_THREADS)]
        await asyncio.gather(*asked, place.is_refused(type="room.read", seq=1), *pages)
    finally:
        place.site.database_proxy.works()


async def loses_a_commit(place):
    place.site.database_proxy.loses_reply_to(b"COMMIT")
    posting = {"key": str(uuid4()), "text": "is it there?"}
    error = await place.is_refused(**posting)
    assert "not known" in error["message"]
    assert place.site.database_proxy.lost_replies == 1
    first = await place.connection.does("message.post", place.room, **posting)
    assert await place.connection.does("message.post", place.room, **posting) == first
    assert await place.site.database(Message.objects.filter(key=posting["key"]).count) == 1


async def turns_read_only(place):
    def turn(word):
        with place.administers() as session:
            session.execute(f"ALTER DATABASE {session.info.dbname} SET default_transaction_read_only = {word}")
        place.ends_backends()

    await asyncio.to_thread(turn, "on")
    try:
        await place.is_refused()
        error = await place.is_refused()
        assert "Nothing was stored" in error["message"]
    finally:
        await asyncio.to_thread(turn, "off")


async def is_locked(place):
    posted = await place.connection.posts("to be changed", place.room)
    with place.administers() as session, session.transaction():
        session.execute("LOCK TABLE chat_message IN ACCESS EXCLUSIVE MODE")
        await asyncio.gather(
            *[place.is_refused() for _ in range(3)],
            *[place.is_refused(type="message.edit", id=posted["id"], text=f"{number}") for number in range(3)],
        )


async def has_one_room_locked(place):
    with place.administers() as session, session.transaction():
        session.execute("SELECT 1 FROM realtime_topichead WHERE name = %s FOR UPDATE", [place.room])
        refused = asyncio.gather(*[place.is_refused() for _ in range(3)])
        started = time.monotonic()
        await place.connection.posts("not held up", place.other_room)
        assert time.monotonic() - started < ANSWER_SECONDS
        await refused


async def is_down(place):
    place.site.database_proxy.refuses()
    try:
        for _ in range(2):
            await asyncio.gather(place.is_refused(), place.has_no_pages())
    finally:
        place.site.database_proxy.works()


async def test_sqlite_locked_by_somebody_else(sites):
    site = sites(kind="uvicorn", environment=ENVIRONMENT)
    ada = await site.person("ada")
    rooms = [await site.database(make_room, ada.id, name=name) for name in ("general", "other")]
    async with ada.connect(patience=15) as connection:
        await connection.subscribe(*rooms)
        place = Place(site, ada, connection, rooms)
        await site.database(lambda: connections["default"].cursor().execute("BEGIN IMMEDIATE"))
        try:
            async with place.keeps_time():
                errors = await asyncio.gather(
                    *[place.is_refused() for _ in range(3)], place.is_refused(type="room.read", seq=1)
                )
                assert any("Nothing was stored" in error["message"] for error in errors)
                started = time.monotonic()
                answer = await ada.submits("/rooms/new/", name="third", kind="public")
                assert time.monotonic() - started < ANSWER_SECONDS
                assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
                assert "your change wasn't saved" in answer.text
        finally:
            await site.database(lambda: connections["default"].cursor().execute("ROLLBACK"))
        await place.is_back()
    assert "Traceback" not in site.log
    assert "database is locked" not in answer.text
