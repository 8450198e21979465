"""Commands are answered in time, whatever the database does: waiting ones and running ones."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from realtime.engine.direct_transport import DirectTransport
from realtime.shared import batches, deadlines, threads
from realtime.shared.batches import Batches
from realtime.shared.errors import OutcomeUnknown, Unavailable

PATIENCE_SECONDS = 5


class Stuck:
    """A database that hangs until `goes_on`; `done` has the work that was done in it."""

    def __init__(self):
        self.done = []
        self.begun = threading.Event()
        self._gate = threading.Event()

    def goes_on(self):
        self._gate.set()

    def does(self, item):
        self.begun.set()
        self._gate.wait(PATIENCE_SECONDS)
        self.done.append(item)
        return item

    def does_all(self, items):
        return [self.does(item) for item in items]

    async def has_begun(self):
        assert await asyncio.to_thread(self.begun.wait, PATIENCE_SECONDS)


@pytest.fixture(autouse=True)
def _little_time(monkeypatch):
    monkeypatch.setattr(deadlines, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(deadlines, "AHEAD_SECONDS", 0.05)
    monkeypatch.setattr(batches, "LOOK_SECONDS", 0.01)


@pytest.fixture
async def stuck():
    stuck = Stuck()
    yield stuck
    stuck.goes_on()


@pytest.fixture
def executor(monkeypatch):
    executor = ThreadPoolExecutor(1)
    monkeypatch.setattr(threads, "writer", executor)
    yield executor
    executor.shutdown()


async def test_a_running_call_is_unknown_and_a_waiting_one_was_not_done(executor, stuck):
    begun = asyncio.create_task(threads.write(stuck.does, "begun"))
    await stuck.has_begun()
    waiting = asyncio.create_task(threads.write(stuck.does, "waiting"))
    with pytest.raises(OutcomeUnknown, match="not known"):
        await begun
    with pytest.raises(Unavailable, match="Nothing was stored"):
        await waiting
    stuck.goes_on()
    executor.shutdown()
    assert stuck.done == ["begun"]


async def test_a_read_is_never_said_to_be_stored(monkeypatch, executor, stuck):
    monkeypatch.setattr(threads, "readers", executor)
    with pytest.raises(Unavailable) as refusal:
        await threads.read(stuck.does, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)


async def test_a_group_is_answered_in_time(executor, stuck):
    commit = Batches(executor, stuck.does_all, 10)
    begun = commit.add("begun")
    await stuck.has_begun()
    waiting = commit.add("waiting")
    with pytest.raises(OutcomeUnknown):
        await begun
    with pytest.raises(Unavailable, match="Nothing was stored"):
        await waiting
    stuck.goes_on()
    assert await commit.add("later") == "later"
    assert stuck.done == ["begun", "later"]


async def test_a_batch_that_waits_too_long_is_dropped_and_later_items_are_done(executor, stuck, monkeypatch):
    other = asyncio.create_task(threads.write(stuck.does, "other"))
    await stuck.has_begun()
    commit = Batches(executor, stuck.does_all, 10)
    old = commit.add("old")
    await asyncio.sleep(0)
    monkeypatch.setattr(deadlines, "ANSWER_SECONDS", PATIENCE_SECONDS)
    young = commit.add("young")
    with pytest.raises(Unavailable, match="Nothing was stored"):
        await old
    stuck.goes_on()
    assert await young == "young"
    await asyncio.gather(other, return_exceptions=True)
    assert stuck.done == ["other", "young"]


async def test_the_time_counts_from_the_arrival(executor, stuck):
    with deadlines.arrived(asyncio.get_running_loop().time() - 1):
        with pytest.raises(Unavailable, match="Nothing was stored"):
            await threads.write(stuck.does, 1)
        with pytest.raises(Unavailable, match="Nothing was stored"):
            await Batches(executor, stuck.does_all, 10).add(2)
    assert stuck.done == []


async def test_the_arrival_of_a_message_counts_for_nothing_that_comes_after_it():
    """A server calls all its connections in one context, so a handshake must not inherit a message's deadline."""
    loop = asyncio.get_running_loop()
    found = []
    is_heard = asyncio.Event()

    async def receive(text):
        found.append(deadlines.find_due(loop))
        await asyncio.sleep(0)
        found.append(deadlines.find_due(loop))
        is_heard.set()

    socket = SimpleNamespace(write=None, get_extra_info={}.get)
    protocol = SimpleNamespace(transport=socket, deflates=False, loop=loop, start=lambda: None, read=lambda: None)
    transport = DirectTransport(protocol)
    transport.start(SimpleNamespace(receive=receive))
    transport.received("hi", loop.time() - 100)
    assert deadlines.find_due(loop) >= loop.time()
    await is_heard.wait()
    assert len(found) == 2
    assert all(due < loop.time() - 50 for due in found)


async def test_background_work_has_no_deadline_of_its_command(hub):
    found = hub.loop.create_future()

    async def work():
        found.set_result(deadlines.find_due(hub.loop))

    with deadlines.arrived(hub.loop.time() - 100):
        hub.spawn(work())
    assert await found > hub.loop.time()


def test_a_thread_gives_up_before_its_command_is_due(monkeypatch):
    monkeypatch.setattr(deadlines, "LEAST_SECONDS", 0.01)
    patience = deadlines.Patience()
    patience.begin(deadlines.monotonic() + 3)
    assert 2 < patience.find_timeout() < 3
    patience.begin(deadlines.monotonic() - 3)
    assert patience.find_timeout() == pytest.approx(0.01)
    patience.end()
    with patience.at_most(1):
        assert patience.find_timeout() == 1
    assert patience.find_timeout() == float("inf")


async def test_one_outage_is_two_lines_in_the_log(caplog, monkeypatch):
    from realtime.shared import outage as module

    outage = module.Outage()
    for _ in range(3):
        outage.report_down(OperationalError("gone"))
    outage.report_up()
    assert len(caplog.records) == 1
    monkeypatch.setattr(module, "QUIET_SECONDS", 0)
    outage.report_up()
    outage.report_up()
    assert [record.getMessage() for record in caplog.records] == [
        "The database cannot be used, so requests and scheduled jobs fail until it works again: gone",
        "The database can be used again, after 0 s.",
    ]
