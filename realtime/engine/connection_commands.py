"""The commands that belong to no topic: ping, presence, subscribe, unsubscribe."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from realtime.conf import limits
from realtime.engine import topics
from realtime.engine.catch_up import Missed
from realtime.engine.connection import Connection
from realtime.engine.hub import Hub
from realtime.engine.protocol import Number
from realtime.shared.errors import BadCommand, NotFound, TooManyTopics, UnknownType
from realtime.shared.metrics import counters

# Each topic may be a group to join on the bus and a row to read, so the cost of a subscribe grows with its size.
TOPICS_A_TOKEN = 50


class Subscribe(msgspec.Struct, forbid_unknown_fields=True):
    topics: dict[str, Number | None]
    epoch: str = ""


class Unsubscribe(msgspec.Struct, forbid_unknown_fields=True):
    topics: list[str]


class SetPresence(msgspec.Struct, forbid_unknown_fields=True):
    state: str


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    pass


class ConnectionCommand(NamedTuple):
    """A command: the function that answers it, the type of its data, and its cost beside one token."""

    function: Callable[[Hub, Connection, Any], Awaitable[dict]]
    data: type
    cost: Callable[[Any], float] = lambda _: 0


def find_command(type: str) -> ConnectionCommand:
    """Return the command of this type. Raises UnknownType."""
    try:
        return COMMANDS[type]
    except KeyError:
        raise UnknownType from None


async def ping(hub: Hub, connection: Connection, data: Nothing) -> dict:
    return {}


async def set_presence(hub: Hub, connection: Connection, data: SetPresence) -> dict:
    if data.state not in ("online", "away", "quiet"):
        raise BadCommand("state is online, away or quiet")
    if data.state != connection.state:
        connection.state = data.state
        for name in connection.topics:
            hub.presence.changed(name)
    return {}


async def unsubscribe(hub: Hub, connection: Connection, data: Unsubscribe) -> dict:
    for name in data.topics:
        if name in connection.joins:
            hub.leave(connection, name)
    return {}


async def subscribe(hub: Hub, connection: Connection, data: Subscribe) -> dict:
    """Join first and read afterwards, so that no event is lost between; missed events are sent before the reply.

    Each topic is refused by itself: one that is too many, or not allowed, does not affect the others.
    """
    asked = [name for name in data.topics if could_be(name)]
    names = within_limit(connection, asked)
    refused = set(asked) - set(names)
    for name in names:
        hub.join(connection, name)
    try:
        await hub.bus.join(names)
        cursors = {name: believable(hub, data, name) for name in names}
        found = await hub.catch_up.request(connection.user_id, cursors)
    except BaseException:
        for name in names:
            hub.leave(connection, name)
        raise
    return {
        "topics": {
            name: too_many_topics() if name in refused else admit_to_topic(hub, connection, name, found.get(name))
            for name in data.topics
        }
    }


def could_be(name: str) -> bool:
    try:
        topics.find(name)
    except NotFound:
        return False
    return True


def within_limit(connection: Connection, names: list[str]) -> list[str]:
    """Return the topics within the connection's limit: those that it has, and new ones up to the limit."""
    free = limits.TOPICS_PER_CONNECTION - len(connection.joins)
    new = [name for name in names if name not in connection.joins]
    refused = set(new[max(0, free) :])
    return [name for name in names if name not in refused]


def too_many_topics() -> dict:
    return {"error": TooManyTopics(f"A connection may subscribe to {limits.TOPICS_PER_CONNECTION} topics.").as_data()}


def believable(hub: Hub, data: Subscribe, name: str) -> int | None:
    """Return the cursor, or -1 where it belongs to another epoch; no topic has events from -1, so it is reset."""
    after = data.topics[name]
    return after if after is None or data.epoch == hub.epoch else -1


def admit_to_topic(hub: Hub, connection: Connection, name: str, missed: Missed | None) -> dict:
    """Write the missed events, admit the connection after them, and return the topic's part of the reply."""
    if missed is None or connection.closed or not hub.is_joining(connection, name, missed.head):
        hub.leave(connection, name)
        return {"error": NotFound().as_data()}
    if missed.events is None:
        counters.resets += 1
    elif missed.events:
        connection.write("\n".join(event.line for event in missed.events))
    # Admitted at the next flush, so after the reply, which is written in this turn of the loop.
    hub.admit(connection, name, missed.head)
    return {"head": missed.head, "reset": True} if missed.events is None else {"head": missed.head}


def cost_of_topics(data: Subscribe) -> float:
    return len(data.topics) / TOPICS_A_TOKEN


COMMANDS = {
    "ping": ConnectionCommand(ping, Nothing),
    "presence": ConnectionCommand(set_presence, SetPresence),
    "subscribe": ConnectionCommand(subscribe, Subscribe, cost_of_topics),
    "unsubscribe": ConnectionCommand(unsubscribe, Unsubscribe),
}
