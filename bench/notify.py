"""Measure notify() for many people: its time, its queries, and how long a post waits for it meanwhile.

    .venv/bin/python -m bench.notify --people 10000
    .venv/bin/python -m bench.notify --people 10000 --postgres

It makes a fresh database (with --postgres on a server of its own, started by tests/services/postgres.py), gives a
third of the people their own rules, and notifies everybody. Then it notifies again while another thread posts to a
room one message after the other, as the writer does, and prints how long a post took at most.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
import uuid
from pathlib import Path

from bench.hubbub import environment

NIGHTS = {str(day): ["22:00", "07:00"] for day in range(7)}
RUNS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= environment(Path(folder), DATABASE_URL="", DEBUG="0", DJANGO_SETTINGS_MODULE="config.settings")
        server = start_server() if options.postgres else None
        try:
            measure(options.people)
        finally:
            from django.db import connections

            connections.close_all()
            if server:
                server.close()


def start_server():
    from tests.services.postgres import start_postgres

    server = start_postgres()
    os.environ["DATABASE_URL"] = server.create("bench_notify")
    return server


def measure(number: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    make_people(number)
    print(f"{number:,} people on {connection.vendor}, a third of them with rules of their own")
    queries = count_queries(notify_everybody)
    print(f"queries: {queries} ({queries / -(-number // 1000):.1f} for each thousand)")
    begun = time.process_time()
    seconds = [timed(notify_everybody) for _ in range(RUNS)]
    busy = (time.process_time() - begun) / RUNS  # also true on a machine that does other work
    print(f"notify(): {min(seconds):.2f} s (runs: {', '.join(f'{each:.2f}' for each in seconds)}; {busy:.2f} s busy)")
    posts_alone = posts_during(lambda: time.sleep(2))
    posts = posts_during(notify_everybody)
    print_times("a post alone", posts_alone)
    print_times("a post meanwhile", posts)


def make_people(number: int) -> None:
    from accounts.models import User
    from chat import services
    from notifications.models import Device, GroupRule, Preferences

    people = User.objects.bulk_create(
        User(username=f"person{index}", email=f"person{index}@example.org", time_zone="Europe/Berlin")
        for index in range(number)
    )
    with_rules = people[::3]
    Preferences.objects.bulk_create(
        Preferences(user=user, quiet_hours=NIGHTS, mail="daily", channels={"stream": {"push": False}})
        for user in with_rules
    )
    GroupRule.objects.bulk_create(GroupRule(user=user, group="room.1", level="everything") for user in with_rules)
    Device.objects.bulk_create(
        Device(user=user, name="phone", endpoint=f"https://push.example.org/{user.pk}") for user in people[::2]
    )
    services.create_room(people[0], kind="public", name="bench")


def notify_everybody() -> None:
    from accounts.models import User
    from notifications.services import notify

    notify(to=User.objects.all(), kind="stream", title="Deployed", body="Version 7 is out", url="/", group="room.1")


def count_queries(work) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(
        [query for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    )


def timed(work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def posts_during(work) -> list[float]:
    """Post one message after the other while `work` runs, and return how long each took."""
    seconds: list[float] = []
    over = threading.Event()
    poster = threading.Thread(target=post_until, args=(over, seconds))
    poster.start()
    try:
        work()
    finally:
        over.set()
        poster.join()
    return seconds


def post_until(over: threading.Event, seconds: list[float]) -> None:
    from django.db import connection

    from accounts.models import User
    from chat.models import Room
    from chat.services import MessageDraft, post_messages

    author, room = User.objects.order_by("pk")[0], Room.objects.get()
    while not over.is_set():
        draft = MessageDraft(key=uuid.uuid4(), room_id=room.pk, author_id=author.pk, text="hello")
        seconds.append(timed(lambda draft=draft: post_messages([draft])))
    connection.close()


def print_times(title: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    median, late, latest = statistics.median(ordered), ordered[-1 - len(ordered) // 100], ordered[-1]
    print(
        f"{title}: {len(ordered)} posts, median {1000 * median:.1f} ms, p99 {1000 * late:.0f}, most {1000 * latest:.0f}"
    )


if __name__ == "__main__":
    main()
