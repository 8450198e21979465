"""Group commit: posts that arrive during a transaction are written in the next one."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chat import writer
from chat.errors import Conflict
from chat.writer import MOST_WAITING
from realtime.shared.batches import MOST_TOGETHER, Batches
from realtime.shared.errors import Internal, StorageFull, Unavailable


class Service:
    """A service whose calls the test lets go on one by one."""

    def __init__(self):
        self.calls: list[list] = []
        self.begun = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self.failure: BaseException | None = None
        self.executor = ThreadPoolExecutor(1)

    def ten_times(self, items):
        self.calls.append(items)
        self.begun.release()
        self.gate.acquire()
        if self.failure:
            raise self.failure
        return [item * 10 if item >= 0 else Conflict() for item in items]

    def goes_on(self, times: int = 1) -> None:
        self.gate.release(times)

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=5)


@pytest.fixture
async def service():
    service = Service()
    yield service
    service.goes_on(1000)
    service.executor.shutdown()


@pytest.fixture
async def commit(service):
    return Batches(service.executor, service.ten_times, MOST_WAITING)


async def test_what_comes_meanwhile_is_written_together(commit, service):
    first = commit.add(1)
    await service.has_begun()
    later = [commit.add(number) for number in range(2, 6)]
    service.goes_on(2)
    assert await asyncio.gather(first, *later) == [10, 20, 30, 40, 50]
    assert service.calls == [[1], [2, 3, 4, 5]]


async def test_a_refused_item_leaves_its_neighbours(commit, service):
    futures = [commit.add(number) for number in (1, -1, 2)]
    service.goes_on()
    assert [await futures[0], await futures[2]] == [10, 20]
    with pytest.raises(Conflict):
        await futures[1]


async def test_a_group_has_a_bound(commit, service):
    futures = [commit.add(number) for number in range(MOST_TOGETHER + 1)]
    service.goes_on(2)
    await asyncio.gather(*futures)
    assert [len(call) for call in service.calls] == [MOST_TOGETHER, 1]


async def test_who_comes_when_too_many_wait_is_told_to_come_again(commit, service):
    waiting = [commit.add(number) for number in range(MOST_WAITING)]
    with pytest.raises(Unavailable) as refusal:
        commit.add(0)
    assert refusal.value.retry_after
    service.goes_on(MOST_WAITING // MOST_TOGETHER + 1)
    assert len(await asyncio.gather(*waiting)) == MOST_WAITING
    after = commit.add(1)
    service.goes_on()
    assert await after == 10


@pytest.mark.parametrize("failure, expected", [(StorageFull(), StorageFull), (Unavailable(), Unavailable)])
async def test_a_database_that_fails_is_told_to_that_group_only(commit, service, failure, expected):
    futures = [commit.add(1), commit.add(2)]
    service.failure = failure
    service.goes_on()
    for future in futures:
        with pytest.raises(expected):
            await future
    service.failure = None
    after = commit.add(3)
    service.goes_on()
    assert await after == 30


async def test_a_mistake_of_ours_is_logged_and_the_next_group_is_written(commit, service, caplog):
    broken = commit.add(1)
    service.failure = ZeroDivisionError("oops")
    service.goes_on()
    with pytest.raises(Internal):
        await broken
    assert "oops" in caplog.text
    service.failure = None
    after = commit.add(2)
    service.goes_on()
    assert await after == 20


async def test_a_connection_that_is_gone_stops_nothing(commit, service):
    gone, here = commit.add(1), commit.add(2)
    gone.cancel()
    service.goes_on()
    assert await here == 20


async def test_nobody_waits_for_a_thread_that_has_ended(commit, service):
    service.executor.shutdown()
    with pytest.raises(Unavailable):
        await commit.add(1)
    with pytest.raises(Unavailable):
        await commit.add(2)


async def test_a_group_is_answered_before_the_next_one_begins(commit, service):
    begun = []
    first = commit.add(1)
    first.add_done_callback(lambda _: begun.append(len(service.calls)))
    await service.has_begun()
    later = commit.add(2)
    service.goes_on(2)
    await later
    assert begun == [1]


def test_each_loop_has_a_writer_of_its_own():
    async def current_batches():
        return writer._posts.get()

    assert asyncio.run(current_batches()) is not asyncio.run(current_batches())
