"""A user who is removed from a topic receives nothing more of it, whenever that happens during a subscribe."""

import asyncio

import pytest

from realtime.engine import catch_up
from realtime.shared import threads
from tests.realtime.conftest import STRANGER, NoteTopic, write_note


class Moments:
    """The points in a subscribe at which another transaction may commit. `act` is called once, at one of them."""

    NAMES = ("joined", "before the heads", "after the heads", "judging", "reading", "read")

    def __init__(self, monkeypatch, hub):
        self.monkeypatch, self.hub = monkeypatch, hub

    def at(self, name, act):
        once = iter([act])

        def pass_by(*arguments):
            for each in once:
                each()

        match name:
            case "joined":
                self._wrap(self.hub.bus, "join", before=lambda: threads.write(pass_by))
            case "before the heads":
                self._wrap(catch_up, "heads", before=pass_by)
            case "after the heads":
                self._wrap(catch_up, "heads", after=pass_by)
            case "judging":
                NoteTopic.judging = pass_by
            case "reading":
                NoteTopic.reading = pass_by
            case "read":
                self._wrap(catch_up, "_answer", before=pass_by)

    def _wrap(self, owner, name, before=lambda: None, after=lambda: None):
        inner = getattr(owner, name)
        if asyncio.iscoroutinefunction(inner):

            async def wrapped(*arguments):
                await before()
                return await inner(*arguments)
        else:

            def wrapped(*arguments):
                before()
                found = inner(*arguments)
                after()
                return found

        self.monkeypatch.setattr(owner, name, wrapped)


@pytest.fixture
def moments(monkeypatch, hub):
    return Moments(monkeypatch, hub)


@pytest.mark.parametrize("has_bus", [True, False], ids=["with the bus", "without the bus"])
@pytest.mark.parametrize("again", [False, True], ids=["for the first time", "to close a gap"])
@pytest.mark.parametrize("moment", Moments.NAMES)
async def test_a_user_removed_while_subscribing_receives_nothing_more(
    hub, client, writes, moments, moment, again, has_bus
):
    ada, bob = client(1), client(2)
    await writes("before")
    await ada.subscribes()
    if again:
        await bob.subscribes()

    def remove_bob():
        write_note("bob is removed", removes=(2,), is_published=has_bus)
        write_note("secret", is_published=has_bus)

    moments.at(moment, remove_bob)
    await bob.subscribes(after=0)
    await writes("later")
    await ada.hears(4)
    await bob.asks("ping")
    assert {line["data"].get("text") for line in bob.transport.lines if line.get("topic") == "note.1"} <= {
        "before",
        "bob is removed",
        None,
    }
    assert "note.1" not in bob.connection.joins
    assert bob.connection not in set(hub.subscribers["note.1"].connections())


async def test_nothing_of_a_topic_goes_to_a_connection_that_is_not_admitted(hub, client, writes, moments):
    """A heartbeat, a typing event and a command that come while the permissions are being read."""
    await writes("private")
    ada, stranger = client(1), client(STRANGER)
    await ada.subscribes()

    def look():
        hub.call(hub.presence.changed, "note.1")
        hub.call(hub.send_heartbeat, stranger.connection)
        hub.call(hub.presence.tick)

    moments.at("reading", look)
    moments.at("judging", look)
    reply = await stranger.subscribes(after=0)
    assert reply["error"]["code"] == "not_found"
    assert [line for line in stranger.transport.lines if line.get("topic")] == []
    await ada.asks("ping")
    shown = [line["data"]["users"] for line in ada.transport.lines if line.get("type") == "presence"]
    assert not [users for users in shown if str(STRANGER) in users]
    heartbeat = await stranger.transport.until(lambda line: line.get("type") == "heartbeat")
    assert heartbeat["data"]["heads"] == {}
