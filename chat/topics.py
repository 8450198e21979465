"""The topic of a room: who may subscribe, which events a client missed, and the commands."""

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from chat import rate_limits, services, writer
from chat.conf import limits
from chat.models.statements import find_active
from chat.services import FileDraft, MessageDraft, ReactionDraft, Reading
from chat.states.missed_events import measure_rooms, read_rooms
from chat.states.sidebar_entries import person_rooms_missed
from realtime.engine.connection import Connection
from realtime.engine.protocol import Number
from realtime.engine.publish import announce
from realtime.engine.topics import Later, Topic, command
from realtime.shared.events import Event, moment
from realtime.shared.threads import write

__all__ = ["RoomTopic", "person_rooms_missed"]

TYPING_SECONDS = 3.0
TYPING_KEPT = 1_000  # Beyond this number of entries, the outdated ones are removed.


class FileChoice(msgspec.Struct, forbid_unknown_fields=True):
    id: UUID
    alt: str = ""


class Post(msgspec.Struct, forbid_unknown_fields=True):
    key: UUID
    text: str
    files: tuple[FileChoice, ...] = ()


class Edit(msgspec.Struct, forbid_unknown_fields=True):
    id: Number
    text: str
    files: tuple[FileChoice, ...] | None = None


class Delete(msgspec.Struct, forbid_unknown_fields=True):
    id: Number
    reason: str = ""


class PreviewRemoval(msgspec.Struct, forbid_unknown_fields=True):
    id: Number
    url: Annotated[str, msgspec.Meta(max_length=40_000)]


class ReactionChoice(msgspec.Struct, forbid_unknown_fields=True):
    message: Number
    emoji: Annotated[str, msgspec.Meta(max_length=64)]
    on: bool


class Read(msgspec.Struct, forbid_unknown_fields=True):
    seq: Number


class LevelChoice(msgspec.Struct, forbid_unknown_fields=True):
    level: Literal["everything", "mentions", "nothing"] | None = None
    mute: Literal["hour", "tomorrow", "always", "off"] | None = None
    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Typing(msgspec.Struct, forbid_unknown_fields=True):
    pass


class RoomTopic(Topic):
    """The events of a room: `room.42`. Its members may subscribe."""

    prefix = "room"
    presence = True
    reads_many = True
    client_limits = {"message_characters": limits.MESSAGE_CHARACTERS}
    typing_published: ClassVar[dict[tuple[int, int], float]] = {}

    @classmethod
    def authorize(cls, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
        places = find_active({(room_id, user_id) for user_id, room_id in pairs})
        return {(user_id, room_id) for room_id, user_id in places}

    @classmethod
    def measure_missed(cls, cursors: Mapping[int, int], limit: int) -> dict[int, int | None]:
        return measure_rooms(cursors, limit)

    @classmethod
    def missed_many(cls, cursors: Mapping[int, int]) -> dict[int, list[Event]]:
        return read_rooms(cursors)

    @classmethod
    def count_elsewhere(cls, user_id: int) -> None:
        rate_limits.posts.charge(user_id)

    @command("message.post", Post)
    async def post(self, connection: Connection, data: Post) -> Later:
        rate_limits.posts.spend(connection.user_id)
        files = choose_files(data.files) if data.files else ()
        return await writer.post(MessageDraft(self.id, connection.user.id, data.key, data.text, files=files))

    @command("message.edit", Edit)
    async def edit(self, connection: Connection, data: Edit) -> dict:
        rate_limits.posts.spend(connection.user_id)
        files = None if data.files is None else choose_files(data.files)
        message = await write(services.edit_message, self.id, connection.user, data.id, data.text, files)
        return {"id": message.pk, "seq": message.seq}

    @command("message.delete", Delete)
    async def delete(self, connection: Connection, data: Delete) -> dict:
        message = await write(services.delete_message, self.id, connection.user, data.id, data.reason)
        return {"id": message.pk, "seq": message.seq}

    @command("reaction.set", ReactionChoice)
    async def set_reaction(self, connection: Connection, data: ReactionChoice) -> Later:
        """Put an emoji on a message, or take it back. Doing either twice changes nothing more."""
        rate_limits.reactions.spend(connection.user_id)
        return writer.react(ReactionDraft(self.id, connection.user.id, data.message, data.emoji, data.on))

    @command("preview.remove", PreviewRemoval)
    async def remove_preview(self, connection: Connection, data: PreviewRemoval) -> dict:
        message = await write(services.remove_preview, self.id, connection.user, data.id, data.url)
        return {"id": message.pk, "seq": message.seq}

    @command("room.read", Read)
    async def read(self, connection: Connection, data: Read) -> dict:
        await writer.note_reading(Reading(self.id, connection.user.id, data.seq))
        return {}

    @command("room.level", LevelChoice)
    async def set_level(self, connection: Connection, data: LevelChoice) -> dict:
        """Set the user's level and mute of the room. A field that is left out changes nothing."""
        rate_limits.posts.spend(connection.user_id)
        choice = await write(services.set_level, self.id, connection.user.id, data.level, data.mute, data.zone)
        return {"level": choice.level, "muted_until": moment(choice.muted_until)}

    @command("room.typing", Typing)
    async def typing(self, connection: Connection, data: Typing) -> dict:
        """Publish that the user is typing, at most once in 3 s."""
        if is_typing_due(self.typing_published, (self.id, connection.user.id), time.monotonic()):
            announce(self.name, "typing", {"user": connection.user.id, "name": connection.user.name})
        return {}


def choose_files(files: Sequence[FileChoice]) -> tuple[FileDraft, ...]:
    return tuple(FileDraft(file.id, file.alt) for file in files)


def is_typing_due(published: dict[tuple[int, int], float], pair: tuple[int, int], now: float) -> bool:
    """Return whether typing of a (room id, user id) pair is to be published now; if so, store the time."""
    if now - published.get(pair, -TYPING_SECONDS) < TYPING_SECONDS:
        return False
    if len(published) >= TYPING_KEPT:
        for old in [old for old, at in published.items() if now - at >= TYPING_SECONDS]:
            del published[old]
    published[pair] = now
    return True
