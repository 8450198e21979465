"""A room on the wire: who may listen, what was missed, and the commands it takes."""

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from uuid import UUID

import msgspec
from django.db.models.functions import Length

from chat import services, writer
from chat.entries import person_rooms_missed
from chat.events import event_of
from chat.models import Membership, Message, Room
from chat.services import Draft, Posted, Reading
from chat.statements import find_active
from realtime.conf import limits
from realtime.events import Event, moment
from realtime.protocol import Number
from realtime.publish import announce
from realtime.threads import write
from realtime.topics import Topic, command

if TYPE_CHECKING:
    from realtime.session import Session

__all__ = ["RoomTopic", "person_rooms_missed"]

TYPING_SECONDS = 3.0
TYPING_KEPT = 1_000  # Past as many, those of which nothing is left to know are forgotten.


class Post(msgspec.Struct, forbid_unknown_fields=True):
    key: UUID
    text: str


class Edit(msgspec.Struct, forbid_unknown_fields=True):
    id: Number
    text: str


class Delete(msgspec.Struct, forbid_unknown_fields=True):
    id: Number
    reason: str = ""


class Read(msgspec.Struct, forbid_unknown_fields=True):
    seq: Number


class Hearing(msgspec.Struct, forbid_unknown_fields=True):
    level: Literal["everything", "mentions", "nothing"] | None = None
    mute: Literal["hour", "tomorrow", "always", "off"] | None = None
    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Typing(msgspec.Struct, forbid_unknown_fields=True):
    pass


class RoomTopic(Topic):
    """What happens in a room: `room.42`. Those who are in it listen."""

    prefix = "room"
    presence = True
    told_typing: ClassVar[dict[tuple[int, int], float]] = {}

    @classmethod
    def authorize(cls, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
        places = find_active({(room_id, user_id) for user_id, room_id in pairs})
        return {(user_id, room_id) for room_id, user_id in places}

    def missed(self, after: int, limit: int) -> list[Event] | None:
        """Return the states with a seq above `after`. Five queries at most, none of them for more than is returned.

        The texts are measured before they are read: a thousand of the longest are 40 MB.
        """
        changed = Message.objects.filter(room=self.id).changed_since(after)
        sizes = list(changed.values_list("seq", Length("html"))[: limit + 1])
        if len(sizes) > limit or sum(size for _, size in sizes) > limits.CATCH_UP_BYTES:
            return None
        messages = changed.filter(seq__lte=sizes[-1][0]).with_people().defer("text") if sizes else ()
        members = Membership.objects.filter(room=self.id, seq__gt=after).select_related("user").order_by("seq")
        rooms = Room.objects.filter(pk=self.id, seq__gt=after)
        rows = [*messages, *members[: limit + 1], *rooms]
        if len(rows) > limit:
            return None
        return [event_of(row) for row in sorted(rows, key=lambda row: row.seq)]

    @command("message.post", Post, costs_post=True)
    async def post(self, session: "Session", data: Post) -> "asyncio.Future[Posted]":
        """Return the future reply, so that the next frame is read meanwhile."""
        return await writer.post(Draft(self.id, session.user.id, data.key, data.text))

    @command("message.edit", Edit, costs_post=True)
    async def edit(self, session: "Session", data: Edit) -> dict:
        message = await write(services.edit_message, self.id, session.user, data.id, data.text)
        return {"id": message.pk, "seq": message.seq}

    @command("message.delete", Delete)
    async def delete(self, session: "Session", data: Delete) -> dict:
        message = await write(services.delete_message, self.id, session.user, data.id, data.reason)
        return {"id": message.pk, "seq": message.seq}

    @command("room.read", Read)
    async def read(self, session: "Session", data: Read) -> dict:
        await writer.note_reading(Reading(self.id, session.user.id, data.seq))
        return {}

    @command("room.level", Hearing, costs_post=True)
    async def hear(self, session: "Session", data: Hearing) -> dict:
        """Choose how much one hears of the room; what is left out stays as it is."""
        choice = await write(services.set_level, self.id, session.user.id, data.level, data.mute, data.zone)
        return {"level": choice.level, "muted_until": moment(choice.muted_until)}

    @command("room.typing", Typing)
    async def typing(self, session: "Session", data: Typing) -> dict:
        """Tell the others that somebody writes; what comes sooner than 3 s after the last is not told."""
        if is_due(self.told_typing, (self.id, session.user.id), time.monotonic()):
            announce(self.name, "typing", {"user": session.user.id, "name": session.user.name})
        return {}


def is_due(told: dict[tuple[int, int], float], pair: tuple[int, int], now: float) -> bool:
    """Say whether that person's typing in that room is told again, and note it."""
    if now - told.get(pair, -TYPING_SECONDS) < TYPING_SECONDS:
        return False
    if len(told) >= TYPING_KEPT:
        for old in [old for old, at in told.items() if now - at >= TYPING_SECONDS]:
            del told[old]
    told[pair] = now
    return True
