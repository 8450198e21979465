"""The other processes: what they are told, and what becomes of it while the channel layer is in trouble."""

import asyncio
import logging

import pytest

from realtime.conf import limits
from realtime.engine import bus as module
from realtime.engine import upkeep
from realtime.engine.bus import BATCH, MANY_TOPICS, PROCESSES, Bus, messages_of
from realtime.engine.bus_queue import EVENTS_A_MESSAGE, BusQueue
from realtime.shared.events import Event

PATIENCE_SECONDS = 5


class Layer:
    """A channel layer in this loop that can be hurt. `flush` gives it fresh connections, as with the one for Redis.

    `silent`: takes what is sent and passes nothing on. `stuck`: never answers. Both until it is flushed. `sent`: what
    went to the group.
    """

    extensions = ("groups", "flush")

    def __init__(self):
        self.silent = self.stuck = False
        self.flushes = 0
        self.inbox = asyncio.Queue()
        self.groups = set()
        self.sent = []

    async def new_channel(self, prefix):
        await self._answer()
        return f"{prefix}1"

    async def group_add(self, group, channel):
        await self._answer()
        self.groups.add(group)

    async def group_send(self, group, message):
        await self._answer()
        self.sent.append(message)
        self._pass_on(message)

    async def send(self, channel, message):
        await self._answer()
        self._pass_on(message)

    async def receive(self, channel):
        message = await self.inbox.get()
        if isinstance(message, Exception):
            raise message
        return message

    async def flush(self):
        self.flushes += 1
        self.silent = self.stuck = False
        self.groups = set()

    async def _answer(self):
        if self.stuck:
            await asyncio.Future()

    def _pass_on(self, message):
        if not self.silent:
            self.inbox.put_nowait(message)


@pytest.fixture
def layer(monkeypatch):
    layer = Layer()
    monkeypatch.setattr(module, "get_channel_layer", lambda: layer)
    for name in ("SEND_SECONDS", "CHECK_SECONDS", "RETRY_SECONDS", "START_SECONDS"):
        monkeypatch.setattr(module, name, 0.02)
    return layer


@pytest.fixture
async def heard():
    """What this process heard, and a way to wait for it."""
    return asyncio.Queue()


@pytest.fixture
async def bus(layer, heard):
    bus = Bus(heard.put_nowait)
    await bus.start()
    yield bus
    await bus.stop()


async def comes_true(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 nothing tells that a line was logged
            await asyncio.sleep(0.005)


async def hears(heard, number):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await heard.get())["number"] != number:
            pass


async def test_after_a_call_that_never_returns_the_connection_is_a_fresh_one(bus, layer, heard, caplog):
    layer.stuck = True
    bus.send({"number": 1})
    await comes_true(lambda: layer.flushes and layer.groups == {PROCESSES})
    bus.send({"number": 2})
    await hears(heard, 2)
    await says_both(caplog)


async def test_a_connection_that_died_without_a_word_is_noticed(bus, layer, heard, caplog):
    layer.silent = True
    await comes_true(lambda: layer.flushes)
    bus.send({"number": 1})
    await hears(heard, 1)
    await says_both(caplog)


async def test_a_working_connection_is_left_alone(bus, layer, heard):
    for number in range(5):
        bus.send({"number": number})
        await hears(heard, number)
        await asyncio.sleep(module.CHECK_SECONDS)
    assert layer.flushes == 0


async def test_a_layer_that_is_stuck_from_the_start_is_joined_later(layer, heard):
    layer.stuck = True
    bus = Bus(heard.put_nowait)
    await bus.start()
    bus.send({"number": 1})
    await hears(heard, 1)
    assert layer.groups == {PROCESSES}
    await bus.stop()


async def test_what_waits_for_the_layer_goes_out_as_one_message(bus, layer, heard):
    for number in range(5):
        bus.send({"number": number})
    assert [(await heard.get())["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert [message["type"] for message in layer.sent] == [BATCH]


async def test_what_is_alone_goes_out_as_it_is(bus, layer, heard):
    """A process of another version reads it, which may not know of batches."""
    bus.send({"type": "hub.end", "number": 1})
    await hears(heard, 1)
    assert layer.sent == [{"type": "hub.end", "number": 1}]


async def test_who_subscribes_needs_nothing_of_the_layer(layer, hub, client):
    ada = client(1)
    layer.stuck = True
    await ada.subscribes()
    assert layer.groups == {PROCESSES}


@pytest.mark.parametrize(
    "bad",
    [ValueError("no message"), {"no": "number"}, None, {"type": BATCH}, {"type": BATCH, "messages": [None, {}]}],
    ids=["unreadable", "useless", "none", "an empty batch", "a useless batch"],
)
async def test_one_bad_message_holds_up_no_other(bus, layer, heard, monkeypatch, bad):
    monkeypatch.setattr(bus, "_hear", lambda message: heard.put_nowait({"number": message["number"]}))
    started = asyncio.get_running_loop().time()
    layer.inbox.put_nowait(bad)
    bus.send({"number": 1})
    await hears(heard, 1)
    assert asyncio.get_running_loop().time() - started < 0.5


async def test_a_full_queue_counts_what_it_drops_and_says_so_twice(caplog):
    queue = BusQueue(4)
    for number in range(10):
        queue.put({"number": number})
    assert queue.dropped == 6
    assert await queue.get() == [{"number": number} for number in range(4)]
    assert queue.size() == 0
    queue.put({"number": 10})
    assert says(caplog) == ["4 messages wait", "6 messages were dropped"]
    assert queue.recount() == 6
    assert queue.dropped == 0


async def test_what_has_waited_too_long_is_not_sent(monkeypatch):
    queue = BusQueue(4)
    monkeypatch.setattr("realtime.engine.bus_queue.STALE_SECONDS", -1)
    queue.put({"number": 1})
    waiting = asyncio.create_task(queue.get())
    await comes_true(lambda: queue.dropped)
    monkeypatch.undo()
    queue.put({"number": 2})
    assert await waiting == [{"number": 2}]
    assert queue.size() == 0


async def test_a_message_counts_as_many_as_it_has_events(caplog):
    queue = BusQueue(4)
    queue.put({"events": [1, 2, 3]})
    queue.put({"events": [4, 5]})
    assert (queue.size(), queue.dropped) == (3, 2)
    queue.put({"events": [6]})
    assert await queue.get() == [{"events": [1, 2, 3]}, {"events": [6]}]


async def test_a_batch_has_a_bound():
    queue = BusQueue(10 * EVENTS_A_MESSAGE)
    for _ in range(3):
        queue.put({"events": [0] * (EVENTS_A_MESSAGE // 2)})
    assert [len(await queue.get()) for _ in range(2)] == [2, 1]


async def test_heartbeats_keep_time_whatever_the_bus_does(layer, hub, client, monkeypatch):
    monkeypatch.setattr(upkeep, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(limits, "HEARTBEAT_SECONDS", 1)
    monkeypatch.setattr(module, "SEND_SECONDS", 60)
    ada = client(1)
    layer.stuck = True
    await ada.transport.until(lambda _: sum(line.get("type") == "heartbeat" for line in ada.transport.lines) >= 20)


async def says_both(caplog):
    """Wait for the line that the layer is back, and compare: one when it went, one when it came."""
    await comes_true(lambda: len(says(caplog)) >= 2)
    assert says(caplog) == ["does not answer", "answers again"]


def says(caplog):
    """Return which of the sentences of interest are in the log, in their order."""
    sentences = ("does not answer", "answers again", "4 messages wait", "6 messages were dropped")
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    return [sentence for message in told for sentence in sentences if sentence in message]


def test_what_happens_on_many_topics_is_a_few_messages_for_the_others():
    few = [Event(f"note.{number}", "note", {}, seq=number) for number in range(1, MANY_TOPICS + 1)]
    [message] = messages_of(few)
    assert message == {"type": "hub.publication", "events": [event.for_the_bus() for event in few]}
    many = [Event(f"note.{number}", "note", {}, seq=number) for number in range(1, 2501)]
    messages = list(messages_of(many))
    assert [(message["type"], len(message["heads"])) for message in messages] == [
        ("hub.heads", 1000),
        ("hub.heads", 1000),
        ("hub.heads", 500),
    ]
    assert messages[2]["heads"]["note.2500"] == 2500


def test_many_events_on_few_topics_are_a_few_messages():
    events = [Event("note.1", "note", {}, seq=seq) for seq in range(1, 2 * EVENTS_A_MESSAGE + 1)]
    assert [len(message["events"]) for message in messages_of(events)] == [EVENTS_A_MESSAGE] * 2


def test_a_layer_that_is_away_leaves_no_traceback_of_its_own(caplog):
    """Whatever the site's own logging lets through."""
    layers = logging.getLogger("channels_redis.pubsub")
    layers.setLevel(logging.INFO)
    try:
        layers.error("Unexpected exception in receive task")
        layers.error("Something else")
    finally:
        layers.setLevel(logging.NOTSET)
    assert caplog.messages == ["Something else"]
