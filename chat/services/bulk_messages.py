"""Fill a room with messages, to see how a site carries a large one."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched

from django.db import connection, transaction
from django.utils import timezone

from chat.models import Message, Room
from chat.models.statements import INSERT
from chat.states.events import room_feed
from chat.text.formatting import render
from realtime.engine.sequences import next_values
from realtime.shared.errors import Invalid
from realtime.shared.statements import run

MESSAGES_A_TRANSACTION = 2_000  # What people post meanwhile waits for some tens of milliseconds.
APART = timedelta(seconds=30)  # A million is a year.
SAID = (
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
    """Write `count` messages of the room's people, until now; yield after each transaction how many there are.

    All have read them, and nobody is notified; who has the room open reads it anew. Raises Invalid where nobody is in
    the room.
    """
    author_ids = list(room.memberships.filter(active=True).values_list("user_id", flat=True))
    if not author_ids:
        raise Invalid("Nobody is in this room who could write.")
    said = [(text, render(text, {}).html) for text in SAID]
    chance = random.Random(room.pk)
    begun = timezone.now() - APART * count
    for numbers in batched(range(1, count + 1), MESSAGES_A_TRANSACTION):
        with transaction.atomic():
            seqs = next_values({room_feed(room.pk): len(numbers)})[room_feed(room.pk)]
            rows = [
                (
                    room.pk,
                    chance.choice(author_ids),
                    Message.Kind.TEXT,
                    None,
                    *chance.choice(said),
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
