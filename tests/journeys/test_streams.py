"""Values and announcements as people's clients hear them, from real servers: in one process, in two, with no bus."""

import asyncio
import json
import time
import urllib.request
from datetime import timedelta
from urllib.error import HTTPError

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from notifications.models import Point, Stream, Subscription
from notifications.streams.announcements import end_announcement, make_announcement
from notifications.streams.definitions import create_stream, rotate_token, update_stream
from notifications.streams.subscriptions import give
from notifications.streams.values import publish_value
from tests.services.process import LOOK_SECONDS

pytestmark = [pytest.mark.shares_site, pytest.mark.django_db(transaction=True)]
two_processes = pytest.mark.parametrize(
    "site",
    [{"kind": "uvicorn", "redis": True, "processes": 2}, {"kind": "uvicorn", "processes": 2}],
    ids=["bus", "no bus"],
    indirect=True,
)
on_postgres = pytest.mark.parametrize(
    "site", [{"kind": "uvicorn", "postgres": True, "processes": 2}], ids=["PostgreSQL"], indirect=True
)


def make_rate(**fields) -> tuple[int, str]:
    stream = create_stream("eur-usd", "EUR/USD", keeps_value=True, **fields)
    return stream.pk, rotate_token(stream)


def send(url: str, key: str, body: dict) -> int:
    request = urllib.request.Request(  # noqa: S310 the address is our own
        f"{url}/api/streams/eur-usd/", json.dumps(body).encode(), {"Authorization": f"Bearer {key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return response.status
    except HTTPError as error:
        with error:
            return error.code


async def sends_many(site, key: str, values, server: int = 0) -> None:
    """Send values one after the other, each when the one before is answered, from a few programs at once."""
    url = site.servers[server].url
    statuses = await asyncio.gather(*(asyncio.to_thread(send, url, key, {"value": value}) for value in values))
    assert set(statuses) == {200}


def heard(connection, topic: str) -> list[float]:
    return [event["data"]["value"] for event in connection.applied[topic]]


async def test_many_values_are_thinned_and_the_last_one_arrives(site, ada):
    stream, key = await site.database(make_rate)
    topic = f"stream.{stream}"
    async with ada.connect() as connection:
        await connection.subscribe(topic)
        started = time.monotonic()
        for start in range(0, 120, 20):
            await sends_many(site, key, range(start, start + 20))
        await sends_many(site, key, [1000])
        slots = (time.monotonic() - started) / 0.25
        await connection.hears("value", topic, value=1000.0)
        assert 2 <= len(heard(connection, topic)) <= slots + 2
    assert await site.database(Point.objects.count) <= slots / 4 + 2


async def test_who_comes_back_is_told_the_latest_value(site, ada):
    stream, key = await site.database(make_rate)
    topic = f"stream.{stream}"
    await sends_many(site, key, [1])
    async with ada.connect() as connection:
        await connection.subscribe(topic, after=0)
        assert heard(connection, topic) == [1.0]
        await connection.close()
        for value in (2, 3, 4):
            await sends_many(site, key, [value])
        await connection.reopens()
        await connection.hears("value", topic, value=4.0)
        assert heard(connection, topic) == [1.0, 4.0]
        assert connection.resets == []


@two_processes
async def test_the_last_value_arrives_in_every_process_whoever_wrote_it(site, ada, bob):
    stream, key = await site.database(make_rate)
    topic = f"stream.{stream}"
    async with ada.connect(server=0) as one, bob.connect(server=1) as other:
        await one.subscribe(topic)
        await other.subscribe(topic)
        await asyncio.gather(
            sends_many(site, key, range(20), server=0), sends_many(site, key, range(100, 120), server=1)
        )
        await site.database(publish_value, "eur-usd", 500)  # a process of its own, and at once after the others
        await site.database(publish_value, "eur-usd", 501)
        await sends_many(site, key, [600], server=1)
        for connection in (one, other):
            await connection.hears("value", topic, value=600.0)
        latest = await site.database(lambda: Stream.objects.get(pk=stream))
        assert latest.value["value"] == 600.0
        for connection in (one, other):
            await connection.reaches(topic, latest.seq)
            assert heard(connection, topic)[-1] == 600.0
            assert connection.resets == []


@on_postgres
async def test_a_command_alone_is_thinned_too_and_its_last_value_is_told(site, ada):
    stream, _ = await site.database(make_rate)
    topic = f"stream.{stream}"
    async with ada.connect(server=1) as connection:
        await connection.subscribe(topic)
        started = time.monotonic()
        for value in range(50):
            await site.database(publish_value, "eur-usd", value)
        slots = (time.monotonic() - started) / 0.25
        await connection.hears("value", topic, value=49.0)  # maybe as an earlier event, which has the value of now
        async with asyncio.timeout(connection.patience):
            while (stored := await site.database(Stream.objects.get, pk=stream)).is_pending:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
        assert stored.seq <= slots + 2


@pytest.mark.parametrize("site", [{"environment": {"HUBBUB_CREDENTIALS_SECONDS": 1}}], indirect=True)
async def test_who_may_see_a_stream_no_longer_hears_no_more_of_it(site, ada, bob):
    stream, key = await site.database(make_rate)
    topic = f"stream.{stream}"
    await site.database(lambda: give(get_user_model().objects.get(pk=bob.id), Stream.objects.get(pk=stream)))
    async with ada.connect() as hers, bob.connect() as his:
        await hers.subscribe(topic)
        await his.subscribe(topic)
        await site.database(lambda: update_stream(Stream.objects.get(pk=stream), is_open=False))
        await hers.hears("removed", topic)
        await sends_many(site, key, [7])
        await his.hears("value", topic, value=7.0)
        await hers.has_not_heard("value", topic)
        answer = await hers.subscribe(topic)
        assert answer[topic]["error"]["code"] == "not_found"
        await site.database(lambda: Subscription.objects.all().delete())
        await his.hears("removed", topic)


async def test_a_restricted_stream_is_as_one_that_is_not_there(site, ada):
    stream, _ = await site.database(make_rate, is_open=False)
    async with ada.connect() as connection:
        answer = await connection.subscribe(f"stream.{stream}", "stream.999999")
        assert [each["error"]["code"] for each in answer.values()] == ["not_found", "not_found"]


async def test_everybody_hears_of_announcements_and_that_they_ended(site, ada):
    async with ada.connect() as connection:
        await connection.subscribe("site.0", after=0)
        soon = timezone.now() + timedelta(hours=1)
        made = await site.database(make_announcement, "Maintenance at six.", soon, "/rooms/")
        event = await connection.hears("announcement", "site.0", text="Maintenance at six.", url="/rooms/")
        assert event["data"]["id"] == made.pk
        await site.database(end_announcement, made)
        ended = await connection.hears("announcement", "site.0", id=made.pk)
        assert ended["data"]["expires_at"] < event["data"]["expires_at"]
        assert [each["seq"] for each in connection.applied["site.0"]] == [1, 2]


async def test_there_is_one_topic_of_the_site(site, ada):
    async with ada.connect() as connection:
        answer = await connection.subscribe("site.0", "site.1")
        assert "head" in answer["site.0"]
        assert answer["site.1"]["error"]["code"] == "not_found"
