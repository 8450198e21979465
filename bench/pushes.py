"""Measure how many due pushes one process sends in a second, and its memory, to a push service that is slow.

.venv/bin/python -m bench.pushes --pushes 3000 --milliseconds 50

The push service is that of the tests, in its own process, over TLS on this machine. The database is SQLite.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


def main() -> None:
    options = read_options()
    with tempfile.TemporaryDirectory() as folder, push_service(options.milliseconds) as environment:
        os.environ |= environment | {"DATA_DIR": folder, "TRIAL": "1", "ALLOWED_HOSTS": "localhost"}
        os.environ.pop("DATABASE_URL", None)
        prepare(options.pushes)
        measure(options.pushes)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pushes", type=int, default=3000)
    parser.add_argument("--milliseconds", type=float, default=50, help="how long the push service takes for each")
    return parser.parse_args()


@contextmanager
def push_service(milliseconds: float) -> Iterator[dict[str, str]]:
    """Run the push service, and yield the environment in which a site uses it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, milliseconds / 1000))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        process.join()


def serve(parent: Connection, seconds: float) -> None:
    from tests.services.push_service import CREATED, PushService

    service = PushService()

    def reply(_: object):
        time.sleep(seconds)
        return CREATED

    service.neighbour.replies = reply
    parent.send(service.environment)
    parent.recv()
    service.close()


def prepare(pushes: int) -> None:
    """Make a site with so many people, each with a device and a notification whose push is due."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from accounts.models import User
    from notifications.models import Device, Notification
    from notifications.services import notify
    from tests.services.push_service import HOST, Subscribed

    people = User.objects.bulk_create(
        User(username=f"p{number}", email=f"p{number}@example.org") for number in range(pushes)
    )
    subscribed = Subscribed("")

    Device.objects.bulk_create(
        Device(user=user, name="phone", endpoint=f"https://{HOST}/to/{user.pk}", **subscribed.keys) for user in people
    )
    notify(to=User.objects.all(), kind="stream", title="Deployed", body="Version 7", url="/rooms/7/", group="stream.7")
    Notification.objects.update(push_due_at=timezone.now(), email_due_at=None)


def measure(pushes: int) -> None:
    from notifications.jobs import send_due_pushes
    from notifications.models import Delivery

    before, began, worked = peak_mib(), time.monotonic(), time.process_time()
    send_due_pushes()
    took, processor = time.monotonic() - began, time.process_time() - worked
    sent = Delivery.objects.filter(channel="push", state="sent").count()
    if sent != pushes:
        sys.exit(f"Only {sent} of {pushes} pushes were sent.")
    print(f"{sent / took:.0f} pushes/s, {1000 * processor / sent:.2f} ms of the processor each")
    print(f"{peak_mib():.0f} MiB at most, {peak_mib() - before:.0f} MiB more than before")


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
