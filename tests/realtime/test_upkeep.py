"""The hub's regular checks: sign-ins, permissions, and the epoch."""

import asyncio
import queue
import uuid

import pytest

from realtime.conf import limits
from realtime.engine import sequences
from realtime.engine.protocol import RESTARTING, SIGNED_OUT
from realtime.models import Log, TopicHead
from realtime.shared import threads
from realtime.shared.events import Event
from tests.realtime.conftest import NoteTopic, signed_out


@pytest.fixture(autouse=True)
def _often(monkeypatch, settings):
    """Let the hub check every few milliseconds."""
    settings.REALTIME_CREDENTIALS_IN_USE = f"{__name__}.note_use"
    monkeypatch.setattr(limits, "USE_SECONDS", 0.02)
    monkeypatch.setattr(limits, "HEADS_SECONDS", 0.02)
    monkeypatch.setattr(limits, "CREDENTIALS_SECONDS", 0.02)


async def closing(client):
    await client.transport.until_closed()
    return client.transport.closed_with


async def test_a_connection_that_opens_while_its_sign_in_ends_is_ended_too(hub, client):
    """Its cookie was looked up just before the sign-out, so the sign-out does not find the connection."""
    signed_out.add("key-1")
    hub.end_connections({"user_id": 1, "session_key": "key-1", "token_id": None})
    late, other_browser = client(1), client(1, session_key="another")
    assert await closing(late) == SIGNED_OUT
    assert (await other_browser.asks("ping"))["ok"] == {}


async def test_a_new_sign_in_after_all_were_ended_stays(hub, client):
    signed_out.add("key-1")
    hub.end_connections({"user_id": 1, "session_key": None, "token_id": None})
    late, again = client(1), client(1, session_key="new")
    assert await closing(late) == SIGNED_OUT
    assert (await again.asks("ping"))["ok"] == {}


noted: queue.Queue[set] = queue.Queue()


def note_use(credentials):
    noted.put({each.session_key for each in credentials})


async def test_sign_ins_are_noted_as_used_while_a_connection_is_open(hub, client):
    client(1)
    client(2)
    used: set = set()
    while used != {"key-1", "key-2"}:  # the first round may have begun before the second connection opened
        used = await asyncio.to_thread(noted.get, timeout=5)


async def test_a_removal_of_which_no_event_tells_ends_the_subscription(hub, client):
    ada, bob = client(1), client(2)
    for one in (ada, bob):
        await one.subscribes()
    NoteTopic.notes["note.1"] = {"bob is removed": Event("note.1", "note", {}, seq=1, removes=(2,))}
    assert (await bob.transport.until(lambda line: line.get("type") == "removed"))["topic"] == "note.1"
    assert bob.connection not in hub.subscribers["note.1"].listeners
    assert (await ada.asks("ping"))["ok"] == {}
    assert ada.connection in hub.subscribers["note.1"].listeners


async def rewind(seq):
    """Restore a backup: set the topic's head back to this seq."""
    await threads.write(lambda: TopicHead.objects.filter(name="note.1").update(seq=seq))


async def name_history_anew():
    await threads.write(lambda: Log.objects.update(epoch=uuid.uuid4()))


@pytest.mark.parametrize("restored", [rewind, None], ids=["a head that goes back", "a new name"])
async def test_another_history_sends_everybody_back_to_start_over(hub, client, writes, restored):
    """A backup was restored under a running server: its cursors belong to a history that no longer exists."""
    ada = client(1)
    await ada.subscribes()
    for text in "abc":
        await writes(text)
    await ada.hears(3)
    before = hub.epoch
    await (rewind(1) if restored else name_history_anew())
    assert await closing(ada) == RESTARTING
    assert hub.epoch != before
    assert hub.epoch == await threads.read(sequences.find_epoch)
    again = client(1)
    answer = await again.subscribes(after=3, epoch=before)
    assert answer["reset"]
    written = await writes("d")
    await again.hears(written.seq)


async def test_a_head_that_moves_on_while_it_is_read_is_no_other_history(client, writes):
    ada = client(1)
    await ada.subscribes()
    for number in range(50):
        await writes(f"note {number}")
    await ada.hears(50)
    assert ada.transport.closed_with is None
