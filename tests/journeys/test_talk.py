"""People talk over real servers: Daphne, uvicorn, and two processes on PostgreSQL and Redis."""

import asyncio

import pytest

from chat.models import Message
from tests.journeys.places import everywhere


@everywhere
@pytest.mark.shares_site
async def test_what_one_posts_the_other_hears_once_and_in_order(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect(server=-1) as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        for number in range(8):
            await hers.posts(f"from ada {number}")
            await his.posts(f"from bob {number}")
        head = (await hers.posts("the last"))["seq"]
        await asyncio.gather(hers.reaches(room, head), his.reaches(room, head))
        assert [event["seq"] for event in his.applied[room]] == list(range(head - 16, head + 1))
        assert his.messages() == hers.messages()
        assert len(his.messages()) == 17


@everywhere
@pytest.mark.shares_site
async def test_who_comes_back_has_missed_nothing(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect() as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        await hers.posts("before")
        await his.hears("message", html="<p>before</p>")
        await his.close()
        await hers.posts("meanwhile")
        await his.reopens(site.servers[-1].ws_url)
        await hers.posts("after")
        await his.hears("message", html="<p>after</p>")
        assert [message["html"] for message in his.messages()] == [
            f"<p>{text}</p>" for text in ("before", "meanwhile", "after")
        ]


@everywhere
async def test_an_acknowledged_message_survives_a_killed_server(site, ada, room):
    async with ada.connect() as connection:
        await connection.subscribe(room)
        posted = await connection.posts("kept", key="6f1c7e0a-9f2b-4e0e-8d57-3c0f6f0b7a11")
        site.servers[0].kill()
        await connection.closes()
        await site.servers[0].starts()
        await connection.reopens()
        assert await connection.posts("kept", key="6f1c7e0a-9f2b-4e0e-8d57-3c0f6f0b7a11") == posted
    assert await site.database(Message.objects.filter(text="kept").count) == 1


@everywhere
@pytest.mark.shares_site
async def test_what_one_may_not_do_is_refused_and_the_connection_lives_on(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect() as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        posted = await hers.posts("mine")
        await his.is_refused("forbidden", "message.delete", room, id=posted["id"])
        await his.is_refused(
            "not_subscribed", "message.post", "room.999999", key="5f0c7e0a-9f2b-4e0e-8d57-3c0f6f0b7a11", text="hi"
        )
        await his.does("ping")
        assert site.servers[0].is_running
