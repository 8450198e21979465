"""Test messages in large numbers, to see how a site copes with a large room."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched

from django.db import connection, transaction
from django.utils import timezone

from chat.models import Message, Room
from chat.models.statements import INSERT
from chat.states.events import room_topic
from chat.text.formatting import render
from realtime.engine.sequences import next_values
from realtime.shared.errors import Invalid
from realtime.shared.statements import run

MESSAGES_A_TRANSACTION = 2_000  # Posts of users wait for it, some tens of milliseconds.
APART = timedelta(seconds=30)  # A million messages are a year.
TEXTS = (
    "Shall we meet at noon?",
    "Yes. The small room, or the one with the plants?",
    "It is **green** again. I had only forgotten `migrate`.",
    "Has anybody seen the figures of last week? They should be in https://example.org/figures by now.",
    "- bread\n- cheese\n- *something* for Ada",
    "```python\nfor guest in guests:\n    greet(guest)\n```",
    "> we could wait until Monday\n\nLet us not.",
    ":coffee:",
)


def flood(room: Room, count: int) -> Iterator[int]:
    """Write `count` messages by the room's members, up to now. Yields the number written after each transaction.

    All members have read them, and nobody is notified. A client that has the room open fetches it anew. Raises Invalid
    if the room has no members.
    """
    author_ids = list(room.memberships.filter(active=True).values_list("user_id", flat=True))
    if not author_ids:
        raise Invalid("This room has no members to write the messages.")
    contents = [(text, render(text, {}).html) for text in TEXTS]
    chance = random.Random(room.pk)
    begun = timezone.now() - APART * count
    for numbers in batched(range(1, count + 1), MESSAGES_A_TRANSACTION):
        with transaction.atomic():
            seqs = next_values({room_topic(room.pk): len(numbers)})[room_topic(room.pk)]
            rows = [
                (
                    room.pk,
                    chance.choice(author_ids),
                    Message.Kind.TEXT,
                    None,
                    *chance.choice(contents),
                    False,
                    seq,
                    seq,
                    at,
                    "",
                )
                for seq, at in zip(seqs, moments(begun, numbers), strict=True)
            ]
            list(run(INSERT, rows))
            room.memberships.filter(active=True).update(last_read_seq=seqs[-1])
        yield numbers[-1]


def moments(begun, numbers) -> Iterator[object]:
    for number in numbers:
        yield connection.ops.adapt_datetimefield_value(begun + APART * number)
