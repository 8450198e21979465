"""Measure the sidebar and the bell for a user who is 1,000,000 messages behind, and for one who is up to date.

.venv/bin/python -m bench.unread_counts
.venv/bin/python -m bench.unread_counts --postgres
"""

import argparse
import time

from bench.scratch_database import run

BEHIND = 1_000_000
NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
MESSAGES = """
    INSERT INTO chat_message
    (room_id, author_id, kind, text, html, everybody, posted_seq, seq, created_at, delete_reason)
    {numbers} SELECT %s, %s, 'text', '', '', FALSE, n + 100, n + 100, CURRENT_TIMESTAMP, '' FROM numbers
"""
NOTIFICATIONS = """
    INSERT INTO notifications_notification
    (user_id, kind, "group", target_type, title, body, url, data, position, seq, created_at, decisions, held)
    {numbers} SELECT %s, 'mention', 'room.1', '', '', '', '', '{{}}', n + 100, n + 100, CURRENT_TIMESTAMP, '{{}}', FALSE
    FROM numbers
"""


def measure(options: argparse.Namespace) -> None:
    from django.db import connection

    from accounts.models import User
    from chat import services
    from chat.models import Membership
    from chat.states.sidebar_entries import room_entries
    from notifications.inbox.unread_counts import count_unread

    author, behind, current = (
        User.objects.create(username=name, email=name) for name in ("author", "behind", "current")
    )
    room = services.create_room(author, kind="public", name="bench")
    services.invite(room, author, [behind, current])
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES.format(numbers=NUMBERS), [BEHIND, room.pk, author.pk])
        cursor.execute(NOTIFICATIONS.format(numbers=NUMBERS), [BEHIND, behind.pk])
    Membership.objects.filter(user=current).update(last_read_seq=BEHIND + 100)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    for title, work in {"sidebar": room_entries, "bell": lambda user: count_unread([user.pk])}.items():
        times = {user.username: least(lambda: work(user)) for user in (behind, current)}  # noqa: B023
        print(f"{connection.vendor}, {title}: behind {times['behind']:.2f} ms, up to date {times['current']:.2f} ms")


def least(work) -> float:
    times = []
    for _ in range(10):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return 1000 * min(times)


if __name__ == "__main__":
    run(measure, argparse.ArgumentParser(description=__doc__.splitlines()[0]))
