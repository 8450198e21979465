"""Messages to other processes, also while the channel layer is in trouble."""

import asyncio
import logging

import pytest

from realtime.conf import limits
from realtime.engine import bus as module
from realtime.engine import upkeep
from realtime.engine.bus import BATCH, MANY_TOPICS, Bus, messages_of
from realtime.engine.bus_queue import EVENTS_A_MESSAGE, PROCESSES, BusQueue
from realtime.shared.events import Event

PATIENCE_SECONDS = 5


class Layer:
    """A channel layer in this loop that can fail. `flush` gives it new connections, as with the one for Redis.

    `silent`: accepts messages and delivers none. `stuck`: never answers. Both until it is flushed. `sent`: the
    messages, each with its group.
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

    async def group_discard(self, group, channel):
        await self._answer()
        self.groups.discard(group)

    async def group_send(self, group, message):
        await self._answer()
        self.sent.append((group, message))
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
    for name in ("SEND_SECONDS", "CHECK_SECONDS", "RETRY_SECONDS", "JOIN_SECONDS"):
        monkeypatch.setattr(module, name, 0.02)
    return layer


@pytest.fixture
async def received():
    """A queue of the messages that this process has received."""
    return asyncio.Queue()


@pytest.fixture
async def bus(layer, received):
    bus = Bus(received.put_nowait)
    await bus.start()
    yield bus
    await bus.stop()


async def comes_true(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 nothing tells that a line was logged
            await asyncio.sleep(0.005)


async def hears(received, number):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await received.get())["number"] != number:
            pass


async def test_after_a_call_that_never_returns_the_connection_is_a_fresh_one(bus, layer, received, caplog):
    await bus.join(["note.1"])
    layer.stuck = True
    bus.send("note.1", {"number": 1})
    await comes_true(lambda: layer.flushes and layer.groups == {PROCESSES, "note.1"})
    bus.send("note.1", {"number": 2})
    await hears(received, 2)
    await says_both(caplog)


async def test_a_connection_that_died_without_a_word_is_noticed(bus, layer, received, caplog):
    layer.silent = True
    await comes_true(lambda: layer.flushes)
    bus.send("note.1", {"number": 1})
    await hears(received, 1)
    await says_both(caplog)


async def test_a_working_connection_is_left_alone(bus, layer, received):
    for number in range(5):
        bus.send("note.1", {"number": number})
        await hears(received, number)
        await asyncio.sleep(module.CHECK_SECONDS)
    assert layer.flushes == 0


async def test_a_layer_that_is_stuck_from_the_start_is_joined_later(layer, received):
    layer.stuck = True
    bus = Bus(received.put_nowait)
    await bus.start()
    await bus.join(["note.1"])
    bus.send("note.1", {"number": 1})
    await hears(received, 1)
    assert layer.groups == {PROCESSES, "note.1"}
    await bus.stop()


@pytest.mark.parametrize(("topics", "group"), [(["note.1"], "note.1"), (["note.1", "note.2"], PROCESSES)])
async def test_waiting_messages_are_sent_as_one(bus, layer, received, topics, group):
    for number in range(6):
        bus.send(topics[number % len(topics)], {"number": number})
    assert [(await received.get())["number"] for _ in range(6)] == [0, 1, 2, 3, 4, 5]
    assert [(group, message["type"]) for group, message in layer.sent] == [(group, BATCH)]


async def test_a_single_message_is_sent_unchanged(bus, layer, received):
    """A process of an older version may not know batches."""
    bus.send(PROCESSES, {"type": "hub.end", "number": 1})
    await hears(received, 1)
    assert layer.sent == [(PROCESSES, {"type": "hub.end", "number": 1})]


async def test_a_process_is_in_the_groups_of_the_topics_that_it_has_subscribers_of(layer, hub, client):
    ada = client(1)
    await ada.subscribes()
    assert layer.groups == {PROCESSES, "note.1"}
    await ada.asks("unsubscribe", topics=["note.1"])
    await comes_true(lambda: layer.groups == {PROCESSES})


async def test_a_subscribe_waits_for_the_layer_only_shortly(layer, hub, client):
    ada = client(1)
    layer.stuck = True
    await ada.subscribes()


@pytest.mark.parametrize(
    "bad",
    [ValueError("no message"), {"no": "number"}, None, {"type": BATCH}, {"type": BATCH, "messages": [None, {}]}],
    ids=["unreadable", "useless", "none", "an empty batch", "a useless batch"],
)
async def test_one_bad_message_holds_up_no_other(bus, layer, received, monkeypatch, bad):
    monkeypatch.setattr(bus, "_receive_message", lambda message: received.put_nowait({"number": message["number"]}))
    started = asyncio.get_running_loop().time()
    layer.inbox.put_nowait(bad)
    bus.send("note.1", {"number": 1})
    await hears(received, 1)
    assert asyncio.get_running_loop().time() - started < 0.5


async def test_a_full_queue_counts_dropped_messages_and_logs_twice(caplog):
    queue = BusQueue(4)
    for number in range(10):
        queue.put("note.1", {"number": number})
    assert queue.dropped == 6
    assert await queue.get() == ("note.1", [{"number": number} for number in range(4)])
    assert queue.size() == 0
    queue.put("note.1", {"number": 10})
    assert says(caplog) == ["full with 4 messages", "6 messages were dropped"]
    assert queue.recount() == 6
    assert queue.dropped == 0


async def test_a_stale_message_is_not_sent(monkeypatch):
    queue = BusQueue(4)
    monkeypatch.setattr("realtime.engine.bus_queue.STALE_SECONDS", -1)
    queue.put("note.1", {"number": 1})
    waiting = asyncio.create_task(queue.get())
    await comes_true(lambda: queue.dropped)
    monkeypatch.undo()
    queue.put("note.1", {"number": 2})
    assert await waiting == ("note.1", [{"number": 2}])
    assert queue.size() == 0


async def test_a_message_counts_as_many_as_it_has_events(caplog):
    queue = BusQueue(4)
    queue.put("note.1", {"events": [1, 2, 3]})
    queue.put("note.1", {"events": [4, 5]})
    assert (queue.size(), queue.dropped) == (3, 2)
    queue.put("note.1", {"events": [6]})
    assert await queue.get() == ("note.1", [{"events": [1, 2, 3]}, {"events": [6]}])


async def test_a_batch_has_a_bound():
    queue = BusQueue(10 * EVENTS_A_MESSAGE)
    for _ in range(3):
        queue.put("note.1", {"events": [0] * (EVENTS_A_MESSAGE // 2)})
    assert [len((await queue.get())[1]) for _ in range(2)] == [2, 1]


async def test_heartbeats_keep_time_whatever_the_bus_does(layer, hub, client, monkeypatch):
    monkeypatch.setattr(upkeep, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(limits, "HEARTBEAT_SECONDS", 1)
    for name in ("SEND_SECONDS", "JOIN_SECONDS"):
        monkeypatch.setattr(module, name, 60)
    ada = client(1)
    layer.stuck = True
    hub.bus._wanted.add("note.1")
    await ada.transport.until(lambda _: sum(line.get("type") == "heartbeat" for line in ada.transport.lines) >= 20)


async def says_both(caplog):
    """Wait until the log says that the layer is back; check that there is one line for each change."""
    await comes_true(lambda: len(says(caplog)) >= 2)
    assert says(caplog) == ["does not answer", "answers again"]


def says(caplog):
    """Return the expected sentences that are in the log, in their order."""
    sentences = ("does not answer", "answers again", "full with 4 messages", "6 messages were dropped")
    messages = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    return [sentence for message in messages for sentence in sentences if sentence in message]


def test_events_of_one_topic_go_to_its_group_and_those_of_several_to_all():
    one, other = Event("note.1", "note", {}, seq=1), Event("note.2", "note", {}, seq=1)
    assert list(messages_of([one])) == [("note.1", {"type": "hub.publication", "events": [one.for_the_bus()]})]
    assert list(messages_of([one, other])) == [
        (PROCESSES, {"type": "hub.publication", "events": [one.for_the_bus(), other.for_the_bus()]})
    ]


def test_events_on_many_topics_are_sent_as_heads():
    few = [Event(f"note.{number}", "note", {}, seq=number) for number in range(1, MANY_TOPICS + 1)]
    [(group, message)] = messages_of(few)
    assert (group, message["type"], len(message["events"])) == (PROCESSES, "hub.publication", MANY_TOPICS)
    many = [Event(f"note.{number}", "note", {}, seq=number) for number in range(1, 2501)]
    messages = list(messages_of(many))
    assert [(group, message["type"], len(message["heads"])) for group, message in messages] == [
        (PROCESSES, "hub.heads", 1000),
        (PROCESSES, "hub.heads", 1000),
        (PROCESSES, "hub.heads", 500),
    ]
    assert messages[2][1]["heads"]["note.2500"] == 2500


def test_many_events_on_one_topic_are_a_few_messages():
    events = [Event("note.1", "note", {}, seq=seq) for seq in range(1, 2 * EVENTS_A_MESSAGE + 1)]
    assert [(group, len(message["events"])) for group, message in messages_of(events)] == [
        ("note.1", EVENTS_A_MESSAGE),
        ("note.1", EVENTS_A_MESSAGE),
    ]


def test_a_layer_that_is_away_leaves_no_traceback_of_its_own(caplog):
    """This also holds when the site's own logging would show it."""
    layers = logging.getLogger("channels_redis.pubsub")
    layers.setLevel(logging.INFO)
    try:
        layers.error("Unexpected exception in receive task")
        layers.error("Something else")
    finally:
        layers.setLevel(logging.NOTSET)
    assert caplog.messages == ["Something else"]
