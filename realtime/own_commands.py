"""The commands to the link itself, not to a topic: ping, presence, subscribe, unsubscribe."""

from typing import TYPE_CHECKING

import msgspec

from realtime import topics
from realtime.catch_up import Missed
from realtime.conf import limits
from realtime.errors import BadCommand, NotFound, TooManyTopics, UnknownType
from realtime.metrics import counters
from realtime.protocol import Number
from realtime.topics import CommandHandler

if TYPE_CHECKING:
    from realtime.session import Session

# Each topic that is asked for may be a subscription at the bus and a row to read, so a subscribe costs by its size.
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


def find(type: str) -> CommandHandler:
    """Return what answers a command. Raises UnknownType."""
    try:
        return COMMANDS[type]
    except KeyError:
        raise UnknownType from None


async def ping(session: "Session", data: Nothing) -> dict:
    return {}


async def set_presence(session: "Session", data: SetPresence) -> dict:
    if data.state not in ("online", "away", "quiet"):
        raise BadCommand("state is online, away or quiet")
    if data.state != session.state:
        session.state = data.state
        for name in session.topics:
            session.hub.presence.changed(name)
    return {}


async def unsubscribe(session: "Session", data: Unsubscribe) -> dict:
    for name in data.topics:
        if name in session.joins:
            session.hub.leave(session, name)
    return {}


async def subscribe(session: "Session", data: Subscribe) -> dict:
    """Join first and read then, so that nothing falls between; what was missed goes out before the reply.

    Each topic is refused by itself: one too many, or one that is not theirs, keeps nobody from hearing the others.
    """
    hub = session.hub
    asked = [name for name in data.topics if could_be(name)]
    names = within_limit(session, asked)
    refused = set(asked) - set(names)
    session.spend(len(data.topics) / TOPICS_A_TOKEN)
    for name in names:
        hub.join(session, name)
    try:
        await hub.bus.join(names)
        cursors = {name: believable(session, data, name) for name in names}
        found = await hub.catch_up.request(session.user_id, cursors)
    except BaseException:
        for name in names:
            hub.leave(session, name)
        raise
    return {
        "topics": {
            name: too_many_topics() if name in refused else enter(session, name, found.get(name))
            for name in data.topics
        }
    }


def could_be(name: str) -> bool:
    try:
        topics.find(name)
    except NotFound:
        return False
    return True


def within_limit(session: "Session", names: list[str]) -> list[str]:
    """Return the topics that this connection may hear: those that it has, and of the others as many as have room."""
    free = limits.TOPICS_PER_LINK - len(session.joins)
    new = [name for name in names if name not in session.joins]
    refused = set(new[max(0, free) :])
    return [name for name in names if name not in refused]


def too_many_topics() -> dict:
    return {"error": TooManyTopics(f"A connection may subscribe to {limits.TOPICS_PER_LINK} topics.").as_data()}


def believable(session: "Session", data: Subscribe, name: str) -> int | None:
    """Return the cursor, or -1 (which no run serves) where it is of another history."""
    after = data.topics[name]
    return after if after is None or data.epoch == session.hub.epoch else -1


def enter(session: "Session", name: str, missed: Missed | None) -> dict:
    """Write what was missed, let the session in after it, and return what the reply says of the topic."""
    if missed is None or session.closed or not session.hub.is_joining(session, name, missed.head):
        session.hub.leave(session, name)
        return {"error": NotFound().as_data()}
    if missed.events is None:
        counters.resets += 1
    elif missed.events:
        session.write("\n".join(event.line for event in missed.events))
    # Admitted in the next flush, after the reply that is written in this turn.
    session.hub.admit(session, name, missed.head)
    return {"head": missed.head, "reset": True} if missed.events is None else {"head": missed.head}


COMMANDS = {
    "ping": CommandHandler(ping, Nothing, False),
    "presence": CommandHandler(set_presence, SetPresence, False),
    "subscribe": CommandHandler(subscribe, Subscribe, False),
    "unsubscribe": CommandHandler(unsubscribe, Unsubscribe, False),
}
