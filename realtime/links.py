"""The links that are open now, in all processes, for staff: each process tells its own when asked."""

from typing import TYPE_CHECKING

import msgspec
from django.contrib.auth import get_user_model

from realtime.bus import PROCESSES
from realtime.events import Event
from realtime.protocol import CLOSED_BY_STAFF
from realtime.topics import Topic, command

if TYPE_CHECKING:
    from realtime.hub import Hub
    from realtime.session import Session

LINKS_A_FRAME = 100


class Ask(msgspec.Struct, forbid_unknown_fields=True):
    pass


class Close(msgspec.Struct, forbid_unknown_fields=True):
    link: str


class LinksTopic(Topic):
    """`links.0`: what is told when staff ask. Nothing on it is durable."""

    prefix = "links"

    @classmethod
    def authorize(cls, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
        staff = get_user_model().objects.filter(pk__in=[user_id for user_id, _ in pairs], is_staff=True, is_active=True)
        allowed = set(staff.values_list("pk", flat=True))
        return {(user_id, id) for user_id, id in pairs if user_id in allowed and id == 0}

    def missed(self, after: int, limit: int) -> list[Event]:
        return []

    @command("links.ask", Ask)
    async def ask(self, session: "Session", data: Ask) -> dict:
        """Have every process tell its links on this topic."""
        _tell_all(session.hub, {"type": "hub.ask"})
        return {}

    @command("links.close", Close)
    async def close(self, session: "Session", data: Close) -> dict:
        """End a link, in whichever process it is; its client comes back if its sign-in still holds."""
        _tell_all(session.hub, {"type": "hub.close", "link": data.link})
        return {}


def _tell_all(hub: "Hub", message: dict) -> None:
    answer(hub, message)
    hub.bus.send(PROCESSES, {"from": hub.id, **message})


def answer(hub: "Hub", message: dict) -> None:
    """Do in this process what staff asked of all."""
    if message["type"] == "hub.close":
        session = hub.sessions.get(message["link"])
        if session is not None:
            session.close(CLOSED_BY_STAFF)
        return
    links = [_describe(session) for session in hub.sessions.values()]
    for start in range(0, max(len(links), 1), LINKS_A_FRAME):
        data = {
            "process": hub.id,
            "first": start == 0,
            "links": links[start : start + LINKS_A_FRAME],
        }
        hub.publish([Event("links.0", "links", data)])


def _describe(session: "Session") -> dict:
    return {
        "link": session.id,
        "user": session.user,
        "transport": session.transport.name,
        "address": session.address,
        "since": session.since,
        "state": session.state,
        "topics": len(session.topics),
        "buffered": session.transport.buffered,
    }
