"""Previews of links survive kill -9, and processes share them: a real server, a real worker, a real web server."""

import threading
from datetime import timedelta

import pytest
from django.db.models import F

from chat.models import FetchedPage, PreviewRequest
from tests.chat.web import Web, article
from tests.journeys.places import make_room
from tests.services.worker import Worker

PATIENCE_SECONDS = 60
SITES = [{"environment": {"DELIVERIES_BY_WORKER": "1"}}, {"postgres": True}]


@pytest.fixture
def web():
    web = Web()
    yield web
    web.close()


@pytest.fixture
def site(sites, web, request):
    options = dict(request.param)
    return sites(kind="uvicorn", environment=web.environment | options.pop("environment", {}), **options)


@pytest.fixture
def worker(site):
    worker = Worker(site)
    yield worker
    worker.kill()


def pass_time(**time: int) -> None:
    PreviewRequest.objects.update(due_at=F("due_at") - timedelta(**time))
    FetchedPage.objects.update(fetched_at=F("fetched_at") - timedelta(**time))


def requests() -> list[int]:
    return list(PreviewRequest.objects.values_list("message", flat=True))


@pytest.mark.parametrize("site", SITES[:1], ids=["sqlite"], indirect=True)
async def test_a_link_gets_its_preview_though_the_worker_is_killed(site, web, worker):
    ada = await site.person("ada")
    room = await site.database(make_room, ada.id)
    asked, flows = threading.Event(), threading.Event()

    def hold(_):
        asked.set()
        flows.wait(PATIENCE_SECONDS)
        return article("too late")

    web.neighbour.replies = hold
    async with ada.connect() as connection:
        await connection.subscribe(room)
        posted = await connection.posts(f"see {web.has('/a', article('The title'))}")
        await worker.starts()
        await site.database(asked.wait, PATIENCE_SECONDS)
        worker.kill()
        flows.set()
        assert await site.database(requests) == [posted["id"]]

        web.neighbour.replies = web.answer
        await site.database(pass_time, minutes=3)
        await worker.starts()
        other = await connection.posts(f"and {web.has('/b', article('Another'))}")
        event = await connection.hears("message", id=other["id"], previews=[card("/b", "Another")])
        assert (event["seq"], len(web.asked)) == (other["seq"] + 1, 2)  # /a may have been asked already
        await site.database(pass_time, hours=1)
        await connection.hears("message", id=posted["id"], previews=[card("/a", "The title")])
    assert await site.database(requests) == []
    assert await worker.terminates() == 0
    assert "Traceback" not in worker.log + site.log


@pytest.mark.parametrize("site", SITES[1:], ids=["postgresql"], indirect=True)
async def test_processes_ask_once_for_an_address(site, web, worker):
    ada = await site.person("ada")
    room = await site.database(make_room, ada.id)
    urls = [web.has(f"/{number}", article(f"Title {number}")) for number in range(5)]
    await worker.starts()
    async with ada.connect() as connection:
        await connection.subscribe(room)
        for _ in range(8):
            posted = await connection.posts(" ".join(urls))
        titles = []
        while len(titles) < len(urls):
            event = await connection.hears("message", id=posted["id"])
            titles = [preview["title"] for preview in event["data"].get("previews", [])]
    assert sorted(web.asked) == [f"site.example/{number}" for number in range(5)]
    assert await worker.terminates() == 0
    assert "Traceback" not in worker.log + site.log


def card(path: str, title: str) -> dict:
    return {"url": f"http://site.example{path}", "host": "site.example", "title": title}
