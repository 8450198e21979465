"""Measure the catch-up of a client that was away for a week: queries and time, by the number of its rooms.

    .venv/bin/python -m bench.catch_ups
    .venv/bin/python -m bench.catch_ups --postgres

In a third of the rooms 2,000 messages were missed, in a third 5, in a third none.
"""

import argparse
import time
from datetime import UTC, datetime

from bench.scratch_database import count_queries, run

SIZES = (10, 300)
MISSED = (2_000, 5, 0)


def measure(options: argparse.Namespace) -> None:
    from django.db import connection

    from realtime.engine.catch_up import read_group
    from realtime.engine.missed import MissedRequest

    for size in SIZES:
        user, cursors = make_rooms(size)
        request = MissedRequest(user.pk, cursors)
        queries = count_queries(lambda: read_group([request]))  # noqa: B023
        seconds = []
        for _ in range(5):
            begun = time.perf_counter()
            [answer] = read_group([request])
            seconds.append(time.perf_counter() - begun)
        resets = sum(missed.events is None for missed in answer.values())
        print(f"{connection.vendor}, {size} rooms: {queries} queries, {1000 * min(seconds):.1f} ms, {resets} resets")


def make_rooms(number: int) -> tuple:
    from django.db import connection

    from accounts.models import User
    from chat import services
    from chat.models import Message
    from realtime.models import TopicHead

    user = User.objects.create(username=f"of{number}", email=f"of{number}")
    cursors = {}
    for index in range(number):
        room = services.create_room(user, kind="public", name=f"{number} {index}")
        first, missed = 4, MISSED[index % len(MISSED)]
        Message.objects.bulk_create(
            (
                Message(
                    room=room,
                    author=user,
                    text=f"number {place}",
                    html=f"<p>number {place}, and what else was said</p>",
                    posted_seq=place,
                    seq=place,
                    created_at=datetime(2026, 11, 2, tzinfo=UTC),
                )
                for place in range(first, first + missed)
            ),
            batch_size=1000,
        )
        TopicHead.objects.filter(name=f"room.{room.pk}").update(seq=first + missed - 1)
        cursors[f"room.{room.pk}"] = first - 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return user, cursors


if __name__ == "__main__":
    run(measure, argparse.ArgumentParser(description=__doc__.splitlines()[0]))
