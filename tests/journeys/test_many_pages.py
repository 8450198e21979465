"""Many pages at once take turns at the database, and leave none of its connections behind."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

AT_ONCE = 60
POOL = 5
LIVE = 4  # three threads read for the connections, one writes
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def count_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "site",
    [{"kind": "uvicorn", "postgres": True, "environment": {"DATABASE_POOL": POOL}}],
    ids=["postgresql"],
    indirect=True,
)
async def test_pages_share_a_few_connections(site):
    ada = await site.person("ada")
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE))
    answers = await asyncio.gather(*[ada.gets("/rooms/") for _ in range(AT_ONCE)])
    assert {answer.status for answer in answers} == {200}
    assert await site.database(count_connections) <= POOL + LIVE
