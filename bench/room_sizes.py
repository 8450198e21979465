"""Measure a post in a room of 10 and in one of 10,000 people, some of whom have keywords.

    .venv/bin/python -m bench.room_sizes
    .venv/bin/python -m bench.room_sizes --postgres

Five of the members have keywords, and so have 1,000 people of other rooms. Posts come one after the other, without
connections, each in its own transaction; the two rooms alternate, so that a busy machine disturbs both alike.
"""

import argparse
import statistics
import time
import uuid
from collections.abc import Callable

from bench.scratch_database import run

SIZES = (10, 10_000)
LISTENERS = 5
ELSEWHERE = 1_000


def measure(options: argparse.Namespace) -> None:
    from django.db import connection

    rooms = {size: make_room(size, f"in{size}") for size in SIZES}
    make_room(ELSEWHERE, "elsewhere", listeners=ELSEWHERE)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for title, text in (("plain", "what was that?"), ("with a name", "what was that, @{name}?")):
        seconds: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(options.posts):
            for size, (room, author) in rooms.items():
                seconds[size].append(timed(lambda: post(room, author, text.format(name=f"in{size}-7"))))  # noqa: B023
        small, large = (statistics.median(each) for each in seconds.values())
        print(
            f"{connection.vendor}, {title}: room of {SIZES[0]} {1000 * small:.2f} ms,"
            f" of {SIZES[1]:,} {1000 * large:.2f} ms: {large / small:.2f} ×"
        )


def make_room(size: int, name: str, listeners: int = LISTENERS) -> tuple:
    from accounts.models import User
    from accounts.names.folded_text import fold
    from chat import services
    from chat.models import Membership
    from notifications.rules.preferences import set_keywords

    names = [f"{name}-{number}" for number in range(size)]
    users = User.objects.bulk_create(User(username=each, folded_username=fold(each), email=each) for each in names)
    for user in users[:listeners]:
        set_keywords(user.pk, ["deploy", "incident", user.username])
    room = services.create_room(users[0], kind="public", name=name)
    for user in users[1:listeners]:
        services.join(room, user)
    Membership.objects.bulk_create(Membership(room=room, user=user) for user in users[listeners:])
    return room, users[0]


def post(room, author, text: str) -> None:
    from chat.services import MessageDraft, post_messages

    post_messages([MessageDraft(room.pk, author.pk, uuid.uuid4(), text)])


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=300)
    run(measure, parser)
