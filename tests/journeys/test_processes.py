"""Two processes on PostgreSQL and Redis are one place: whoever one is connected to, and whatever Redis does."""

import asyncio
import time
from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model

from accounts.services import end_sessions
from tests.journeys.places import TWO_PROCESSES, make_room


@pytest.fixture
def site(shared_sites, sites, request):
    return (shared_sites.get if request.node.get_closest_marker("shares_site") else sites)(**TWO_PROCESSES)


@pytest.mark.shares_site
async def test_presence_and_typing_cross_over(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect(server=1) as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        await _sees(hers, bob, "online")
        await _sees(his, ada, "online")
        await his.does("presence", state="away")
        await _sees(hers, bob, "away")
        await hers.does("room.typing", room)
        await his.hears("typing", room, user=ada.id)
        await his.close()
        await _sees(hers, bob, "offline")


async def test_who_was_here_in_a_killed_process_is_gone_when_the_lease_ends(sites):
    site = sites(**TWO_PROCESSES, environment={"HUBBUB_PRESENCE_LEASE_SECONDS": 3})
    ada, bob = await site.person("ada"), await site.person("bob")
    room = await site.database(make_room, ada.id, bob.id)
    async with ada.connect() as hers, bob.connect(server=1) as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        await _sees(hers, bob, "online")
        site.servers[1].kill()
        await _sees(hers, bob, "offline")


async def _sees(connection, person, state):
    def last():
        published = [event["data"]["users"] for event in connection.heard if event["type"] == "presence"]
        states = [users[str(person.id)] for users in published if str(person.id) in users]
        return bool(states) and states[-1] == state

    await connection._until(last, f"{person.username} to be {state}")


@pytest.mark.shares_site
async def test_the_post_limit_holds_over_processes(site, ada, bob, room):
    async with ada.connect() as here, ada.connect(server=1) as there:
        await here.subscribe(room)
        await there.subscribe(room)
        stored = 0
        for number in range(8):
            for connection, other in ((here, there), (there, here)):
                reply = await connection.asks(
                    "message.post", room, key=f"5f0c7e0a-9f2b-4e0e-8d57-{number:08}{stored:04}", text="x"
                )
                if "ok" in reply:
                    stored += 1
                    await other.reaches(room, reply["ok"]["seq"])
                else:
                    assert reply["error"]["code"] == "rate_limited"
                    assert reply["error"]["retry_after"] > 0
        assert 10 <= stored <= 12


@pytest.mark.shares_site
async def test_ending_the_sessions_ends_the_connections_in_every_process(site, ada, bob, room):
    async with ada.connect() as here, ada.connect(server=1) as there, bob.connect(server=1) as his:
        started = time.monotonic()
        answer = await ada.submits("/accounts/logout/")
        assert answer.status == 302
        assert await here.closes() == await there.closes() == 4501
        assert time.monotonic() - started < 2
        await his.does("ping")


@pytest.mark.shares_site
async def test_an_ending_that_no_process_heard_of_is_found(site, ada, room):
    """The services run in another process, without a way to Redis: only the database knows."""
    async with ada.connect(patience=12) as connection:
        await connection.subscribe(room)
        await site.database(lambda: end_sessions(get_user_model().objects.get(pk=ada.id)))
        assert await connection.closes() == 4501


async def test_with_redis_dead_posts_go_on_and_arrive_and_no_connection_closes(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect(server=1, patience=10) as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        site.redis.kill()
        for number in range(3):
            started = time.monotonic()
            posted = await hers.posts(f"without Redis {number}")
            assert time.monotonic() - started < 2
        await his.reaches(room, posted["seq"])
        await site.redis.starts()
        posted = await his.posts("Redis is back")
        await hers.reaches(room, posted["seq"])
        assert hers.messages() == his.messages()
        assert hers.close_code is his.close_code is None


async def test_with_redis_dead_people_sign_in_and_invite(site, ada, bob, room):
    eve = await site.person("eve", password="correct horse battery")
    stranger = replace(eve, session_key="")
    site.redis.kill()
    for password, status in (("wrong", 200), ("correct horse battery", 302)):
        answer = await stranger.submits("/accounts/login/", login="eve", password=password)
        assert answer.status == status, answer.text[:500]
    answer = await ada.submits(f"/rooms/{room.removeprefix('room.')}/invite/", users=eve.id)
    assert answer.status == 302


async def test_a_paused_redis_holds_nobody_up(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect(server=1, patience=10) as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        site.redis.pause()
        try:
            posted = await hers.posts("Redis sleeps")
            await his.reaches(room, posted["seq"])
            async with bob.connect(server=1) as late:
                await late.subscribe(room)
                await late.posts("and one may still come")
        finally:
            site.redis.resume()


async def test_a_terminated_server_says_that_it_restarts(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect(server=1) as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        posts = [
            await hers.sends("message.post", room, key=f"5f0c7e0a-9f2b-4e0e-8d57-3c0f6f0b7a{n:02}", text="x")
            for n in range(5)
        ]
        ended = asyncio.create_task(site.servers[0].terminates())
        assert await hers.closes() == 4012
        assert await ended == 0
        answered = [hers._replies[ref]["ok"]["seq"] for ref in posts if ref in hers._replies]
        await hers.reopens(site.servers[1].ws_url)
        for seq in answered:
            await his.reaches(room, seq)
        assert "Traceback" not in site.servers[0].log
