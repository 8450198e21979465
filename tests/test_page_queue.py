"""Few pages are handled at a time, and many requests of one address wait for each other."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator

from config import page_queue
from config.page_queue import PAGES_AT_ONCE, PAGES_OF_AN_ADDRESS, PageQueue

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Site:
    """An application that answers when the test lets it; `at_work`: the clients of running requests."""

    def __init__(self):
        self.pages = PageQueue(self.make)
        self.at_work, self.done, self.bodies = [], [], []
        self.may_answer = asyncio.Event()
        self.requests = []

    async def make(self, scope, receive, send):
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        client = scope["client"][0]
        self.at_work.append(client)
        end = asyncio.ensure_future(receive())
        answer = asyncio.ensure_future(self.may_answer.wait())
        await asyncio.wait((end, answer), return_when=asyncio.FIRST_COMPLETED)
        self.at_work.remove(client)
        self.done.append("gone" if end.done() else "answered")
        end.cancel()
        answer.cancel()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hi"})

    async def asks(self, address, *, body=True):
        request = ApplicationCommunicator(self.pages, {"type": "http", "client": (address, 5), "headers": []})
        self.requests.append(request)
        await request.send_input({"type": "http.request", "body": b"x", "more_body": not body})
        await turns()
        return request

    async def answers(self):
        self.may_answer.set()
        return [(await request.receive_output(8))["status"] for request in self.requests]

    @property
    def networks(self):
        return self.pages.queues.get().networks


async def turns():
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def site():
    site = Site()
    yield site
    site.may_answer.set()
    for request in site.requests:
        await request.wait(8)
    assert not site.networks, "nothing is kept"


async def test_a_place_rests_where_more_of_its_address_wait(site, monkeypatch):
    monkeypatch.setattr(page_queue, "REST", 1e6)
    monkeypatch.setattr(page_queue, "MOST_REST_SECONDS", 1)
    site.may_answer.set()
    for _ in range(PAGES_OF_AN_ADDRESS):
        await site.asks(HERE)
    assert len(site.done) == PAGES_OF_AN_ADDRESS, "alone, nobody rests"
    site.may_answer.clear()
    for _ in range(2 * PAGES_OF_AN_ADDRESS):
        await site.asks(HERE)
    site.may_answer.set()
    await turns()
    assert len(site.done) == 2 * PAGES_OF_AN_ADDRESS, "the others wait for their places to have rested"
    assert set(await site.answers()) == {200}
    assert len(site.done) == 3 * PAGES_OF_AN_ADDRESS


async def test_an_address_has_few_at_a_time_and_another_does_not_wait_for_them(site):
    for _ in range(20):
        await site.asks(HERE)
    assert site.at_work == [HERE] * PAGES_OF_AN_ADDRESS
    await site.asks(THERE)
    assert site.at_work.count(THERE) == 1
    assert set(await site.answers()) == {200}
    assert site.done == ["answered"] * 21


async def test_all_addresses_together_have_few_at_a_time(site):
    for number in range(20):
        await site.asks(f"192.0.2.{number}")
    assert len(site.at_work) == PAGES_AT_ONCE
    assert set(await site.answers()) == {200}


async def test_a_network_of_ipv6_is_one_address(site):
    for number in range(20):
        await site.asks(f"2001:db8::{number}")
    assert len(site.at_work) == PAGES_OF_AN_ADDRESS


async def test_a_request_that_waits_too_long_gets_503(site, monkeypatch):
    for _ in range(PAGES_OF_AN_ADDRESS):
        await site.asks(HERE)
    monkeypatch.setattr(page_queue, "WAIT_SECONDS", 0)
    refused = await site.asks(HERE)
    start = await refused.receive_output(8)
    assert start["status"] == 503
    assert (b"retry-after", b"5") in start["headers"]
    assert b"Try again" in (await refused.receive_output(8))["body"]


async def test_a_request_beyond_the_queue_gets_503(site, monkeypatch):
    monkeypatch.setattr(page_queue, "PAGES_WAITING", 2)
    for _ in range(PAGES_OF_AN_ADDRESS + 3):
        await site.asks(HERE)
    assert (await site.requests[-1].receive_output(8))["status"] == 503
    site.requests.pop()
    assert set(await site.answers()) == {200}


async def test_a_body_that_comes_slowly_takes_no_turn(site):
    slow = [await site.asks(HERE, body=False) for _ in range(20)]
    await site.asks(HERE)
    assert site.at_work == [HERE]
    for request in slow:
        await request.send_input({"type": "http.request", "body": b"y"})
    assert set(await site.answers()) == {200}
    assert sorted(site.bodies) == sorted([b"x"] + [b"xy"] * 20)


async def test_an_answer_that_is_read_slowly_takes_no_turn():
    is_read = asyncio.Event()

    async def send(message):
        await is_read.wait()

    async def receive():
        return {"type": "http.request", "body": b""}

    site = Site()
    site.may_answer.set()
    scope = {"type": "http", "client": (HERE, 5), "headers": []}
    slow = [asyncio.ensure_future(site.pages(scope, receive, send)) for _ in range(20)]
    async with asyncio.timeout(8):
        while len(site.done) < 20:  # noqa: ASYNC110
            await asyncio.sleep(0)
    is_read.set()
    await asyncio.gather(*slow)


async def test_a_page_whose_client_is_gone_is_made_to_its_end(site):
    request = await site.asks(HERE)
    await request.send_input({"type": "http.disconnect"})
    await turns()
    assert site.at_work == [HERE]
    await site.answers()
    assert site.done == ["answered"]
