"""Test messages in large numbers, to see how a site copes with a large room, or with many."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, batched

from django.db import connection, transaction
from django.utils import timezone

from chat.models import Membership, Message, Room
from chat.models.statements import INSERT
from chat.states.events import room_topic
from chat.text.formatting import render
from realtime.engine.sequences import next_values
from realtime.shared.errors import Invalid
from realtime.shared.statements import run_statement

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

type Content = tuple[str, str]


def flood(room: Room, count: int) -> Iterator[int]:
    """Write `count` messages by the room's members, up to now. Yields the number written after each transaction.

    All members have read them, and nobody is notified. A client that has the room open fetches it again. Raises Invalid
    if the room has no members.
    """
    chance = random.Random(room.pk)
    contents = [(text, render(text, {}).html) for text in TEXTS]
    yield from fill_rooms([room], count, chance, iter(lambda: chance.choice(contents), None))


def flood_rooms(rooms: Sequence[Room], count: int, texts: Iterator[str]) -> Iterator[int]:
    """Do the same with these texts in many rooms at once.

    The first room has the most, the second half as many, the third a third.
    """
    contents = ((text, render(text, {}).html) for text in texts)
    yield from fill_rooms(rooms, count, random.Random(0), contents)


def fill_rooms(rooms: Sequence[Room], count: int, chance: random.Random, contents: Iterator[Content]) -> Iterator[int]:
    author_ids = find_authors(rooms)
    weights = list(accumulate(1 / rank for rank in range(1, len(rooms) + 1)))
    begun = timezone.now() - APART * count
    for numbers in batched(range(1, count + 1), MESSAGES_A_TRANSACTION):
        chosen = [room.pk for room in chance.choices(rooms, cum_weights=weights, k=len(numbers))]
        moments = [begun + APART * number for number in numbers]
        # Texts are made and rendered before the lock is taken.
        authors = [chance.choice(author_ids[pk]) for pk in chosen]
        write_some(list(zip(chosen, authors, [next(contents) for _ in numbers], moments, strict=True)))
        yield numbers[-1]


@transaction.atomic
def write_some(posts: list[tuple[int, int, Content, datetime]]) -> None:
    counts = Counter(room_topic(pk) for pk, *_ in posts)
    seqs = {topic: iter(numbers) for topic, numbers in next_values(counts).items()}
    rows = []
    last: dict[int, int] = {}
    for pk, author_id, content, at in posts:
        seq = last[pk] = next(seqs[room_topic(pk)])
        created_at = connection.ops.adapt_datetimefield_value(at)
        rows.append((pk, author_id, Message.Kind.TEXT, None, *content, False, seq, seq, created_at, ""))
    list(run_statement(INSERT, rows))
    for pk, seq in last.items():
        Membership.objects.filter(room=pk, active=True).update(last_read_seq=seq)


def find_authors(rooms: Sequence[Room]) -> Mapping[int, list[int]]:
    """Return the members of each room. Raises Invalid."""
    found: dict[int, list[int]] = {room.pk: [] for room in rooms}
    members = Membership.objects.filter(room__in=rooms, active=True).order_by("pk")
    for room_id, user_id in members.values_list("room", "user"):
        found[room_id].append(user_id)
    if not all(found.values()):
        raise Invalid("This room has no members to write the messages.")
    return found
