"""Measure the search: building the index, its size, what queries take, and what a post costs with and without it.

.venv/bin/python -m bench.search
.venv/bin/python -m bench.search --postgres --messages 200000
.venv/bin/python -m bench.search --folder /var/tmp/bench     keeps the database there, and measures the queries again
.venv/bin/python -m bench.search --database postgres://user@host/bench     the same on PostgreSQL
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

from bench.scratch_database import run

ROOMS = 200
MESSAGES = 1_000_000
PEOPLE = 20
TIMES = 15
ROUNDS, SECONDS_A_ROUND = 8, 3
POSTS_A_BATCH = 10
GUEST, GUEST_ROOMS = "guest", slice(50, 60)  # 3 % of the messages
QUERIES = {
    "common word": ["the", "der", "не"],
    "rare word": ["blerslum", "lestlillclockble", "winquen"],
    "part of a word": ["oastl", "ickpl"],
    "frequent letters": ["thering", "inger", "ensch", "anderst"],
    "nothing": ["zzzqqq", "xylophone quux"],
    "two common words": ["the and", "die ist"],
    "common and rare": ["the winquen", "that yeckcit"],
    "phrase": ['"the of"', '"der und"', '"the a of"', '"in der die"', '"of the winquen"', '"zu mit auf ein"'],
    "excluded": ["the -and", "of -the", "the -a -o -i", 'the -"of"'],
    "two letters": ["st", "is"],
    "one letter": ["a"],
    "Japanese": ["東京", "会", "東京した"],
    "filters": ["from:person3", "has:link", "has:code from:person7", 'in:"#flood 150"'],
    "word and filters": ["the from:person5", 'the in:"#flood 150"', "winquen from:person3", "the has:link"],
    "days": ["the before:2026-06", "on:yesterday", "winquen after:2026-01"],
}

QUERIES_OF_GUEST = [
    "common word",
    "rare word",
    "frequent letters",
    "two common words",
    "phrase",
    "excluded",
    "one letter",
]


def measure(options: argparse.Namespace) -> None:
    from accounts.models import User
    from chat.models import Message
    from chat.search.indexing import index_all

    if not Message.objects.exists():
        User.objects.bulk_create([User(username=f"person{n}", email=f"{n}@example.org") for n in range(PEOPLE)])
        fill(options.messages)
    index_all()  # what an earlier run posted
    user = User.objects.order_by("pk").first()
    state_size(Message.objects.count())
    measure_queries(user, QUERIES)
    print("Somebody who sees only a few small rooms:")
    measure_queries(User.objects.get(username=GUEST), {title: QUERIES[title] for title in QUERIES_OF_GUEST})
    if not options.no_posts:
        measure_posts(user)


def fill(messages: int) -> None:
    from django.core.management import call_command

    call_command("flood_room", rooms=ROOMS, messages=messages)
    print()
    admit_guest()
    begun, worked = time.monotonic(), time.process_time()
    call_command("reindex")
    took, worked = time.monotonic() - begun, time.process_time() - worked
    print(f"\nbuilding the index: {took:.0f} s, of which {worked:.0f} s in Python and SQLite on the processor")


def admit_guest() -> None:
    """Make the rooms private, and let somebody into a few of the smaller ones."""
    from accounts.models import User
    from chat.models import Membership, Room

    guest = User.objects.create(username=GUEST, email="guest@example.org")
    Room.objects.update(kind=Room.Kind.PRIVATE)
    rooms = Room.objects.order_by("pk")[GUEST_ROOMS]
    Membership.objects.bulk_create([Membership(room=room, user=guest) for room in rooms])


def state_size(messages: int) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT pg_total_relation_size('search_document'), pg_total_relation_size('chat_message')")
            index, table = cursor.fetchone()
    else:
        table = Path(connection.settings_dict["NAME"]).stat().st_size
        index = Path(f"{connection.settings_dict['NAME']}-search").stat().st_size
    print(f"{connection.vendor}, {messages:,} messages in {table / 1e6:.0f} MB; index {index / 1e6:.0f} MB,", end=" ")
    print(f"{index / messages:.0f} bytes a message")


def measure_queries(user, groups: dict[str, list[str]]) -> None:
    from chat.search.results import search_best, search_messages
    from search.query import parse_query

    everything: list[float] = []
    for title, queries in groups.items():
        times = []
        found = 0
        for text in queries:
            query = parse_query(text)
            for _ in range(TIMES):
                begun = time.perf_counter()
                results = search_messages(user, query)
                times.append(1000 * (time.perf_counter() - begun))
            assert not results.problems, results.problems
            found += len(results.messages)
        everything += times
        print(f"{title:18} {summary(times)}  found {found}")
    print(f"{'all':18} {summary(everything)}")
    best = [timed(lambda: search_best(user, parse_query("the and"))) for _ in range(TIMES)]
    print(f"{'best first':18} {summary(best)}")


def timed(work) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def summary(times: list[float]) -> str:
    worst = statistics.quantiles(times, n=20)[-1]
    return f"median {statistics.median(times):7.1f} ms  p95 {worst:7.1f} ms"


def measure_posts(user) -> None:
    """Post with and without the indexer, in turn, so that a machine that slows down slows both."""
    from chat import services
    from chat.demo.bulk_texts import make_texts
    from chat.search.indexer import start_indexer

    room = services.create_room(user, kind="private", name="posts")
    texts = make_texts(seed=2)
    times: dict[bool, list[float]] = {True: [], False: []}
    for round_number in range(ROUNDS):
        is_indexed = round_number % 2 == 0
        # There is always something to index: what was posted without it.
        with start_indexer() if is_indexed else nullcontext():
            times[is_indexed] += post(user, room, texts)
    means = {is_indexed: statistics.mean(some) for is_indexed, some in times.items()}
    print(f"a post without the index {means[False]:.3f} ms, with it {means[True]:.3f} ms,", end=" ")
    print(f"{100 * (means[True] / means[False] - 1):+.1f} %")


def post(user, room, texts: Iterator[str]) -> list[float]:
    from chat import services
    from chat.services import MessageDraft

    times = []
    ends_at = time.monotonic() + SECONDS_A_ROUND
    while time.monotonic() < ends_at:
        drafts = [MessageDraft(room.pk, user.pk, uuid4(), next(texts)) for _ in range(POSTS_A_BATCH)]
        times.append(timed(lambda drafts=drafts: services.post_messages(drafts)) / POSTS_A_BATCH)
    return times


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--no-posts", action="store_true", help="measure queries only")
    run(measure, parser)
