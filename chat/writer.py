"""Group commit: posts, reactions and readings that arrive during a transaction are written together in the next."""

import asyncio
from functools import partial

from chat.services import (
    Copy,
    MessageDraft,
    Posted,
    Reacted,
    ReactionDraft,
    Reading,
    mark_readings,
    post_messages,
    prepare,
    set_reactions,
)
from realtime.engine.topics import Later
from realtime.shared.batches import Batches
from realtime.shared.each_loop import EachLoop
from realtime.shared.errors import CommandError
from realtime.shared.threads import read, writer

MOST_WAITING = 2_000  # half a second of posts

LONG_CHARACTERS = 1_000  # A short text is rendered in less than 3 ms, the slowest one of 8,000 characters in 50.

_posts = EachLoop[Batches[MessageDraft | Copy, Posted]](lambda: Batches(writer, post_messages, MOST_WAITING))
_reactions = EachLoop[Batches[ReactionDraft, Reacted]](lambda: Batches(writer, set_reactions, MOST_WAITING))
_readings = EachLoop[Batches[Reading, None]](lambda: Batches(writer, mark_readings, MOST_WAITING))


async def post(draft: MessageDraft) -> Later:
    """Add a message to the next batch, and return its reply as a Later: the next frame is read meanwhile.

    A long text is rendered first, in a reading thread, so that short posts do not wait for it; so are the first lines
    of files. Raises Invalid.
    """
    if len(draft.text) <= LONG_CHARACTERS and not draft.files:
        return Later(partial(_posts.get().begin, draft))
    [prepared] = await read(prepare, [draft])
    if isinstance(prepared, CommandError):
        raise prepared
    return Later(partial(_posts.get().begin, prepared))


def note_reading(reading: Reading) -> "asyncio.Future[None]":
    """Add a reading to the next batch: the members of a room of 200 read a message within a second."""
    return _readings.get().add(reading)


def react(draft: ReactionDraft) -> Later:
    """Add a reaction to the next batch, and return its reply as a Later: a popular message gets many at once."""
    return Later(partial(_reactions.get().begin, draft))
