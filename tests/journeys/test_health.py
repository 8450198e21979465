"""Probes of a real server: it lives throughout; it is ready as long as database and bus are there."""

import asyncio
import time

from tests.journeys.places import TWO_PROCESSES

ANSWER_SECONDS = 3
PATIENCE_SECONDS = 10


async def test_a_server_is_ready_while_what_it_needs_is_there(sites):
    site = sites(**TWO_PROCESSES | {"processes": 1}, proxied=True, environment={"SECURE_HTTPS": 1})
    probe = await site.person("ada")

    async def asks(path):
        started = time.monotonic()
        answer = await probe.gets(path)
        assert time.monotonic() - started < ANSWER_SECONDS
        return answer.status, list(answer.json.get("faults", ()))

    async def comes_to(*wanted):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := await asks("/readyz")) != wanted:
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.1)

    await comes_to(200, [])
    site.redis_proxy.refuses()
    await comes_to(503, ["bus"])
    assert await asks("/readyz?exclude=bus") == (200, [])
    site.redis_proxy.works()
    await comes_to(200, [])
    site.database_proxy.stands_still()
    await comes_to(503, ["database"])
    assert await asks("/healthz") == (200, [])
    site.database_proxy.works()
    await comes_to(200, [])
    assert "Traceback" not in site.log, site.log
