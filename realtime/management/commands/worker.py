"""manage.py worker: what is done by the clock, and the tasks of the database's queue, without serving anybody."""

import signal
import threading

from django.core.management.base import BaseCommand, CommandError
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, task_backends
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from realtime.announcement import announce
from realtime.clock import clock
from realtime.management.preparation import refuse_unmigrated
from realtime.metrics_server import serve_metrics

LOOK_SECONDS = 0.5


class Command(BaseCommand):
    help = "Do what is due by the clock, and the tasks that are put down in the database, until it is told to stop."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--metrics-port", type=int, help="Answer /metrics on this port (nowhere).")
        parser.add_argument("--metrics-host", default="127.0.0.1", help="The address for that (127.0.0.1).")

    def handle(self, *, metrics_port: int | None, metrics_host: str, verbosity: int, **options) -> None:
        refuse_unmigrated()
        if metrics_port is not None and serve_metrics(metrics_host, metrics_port) is None:
            raise CommandError("--metrics-port needs METRICS_TOKEN or METRICS_NETWORKS: who may read them?")
        takes_tasks = task_backends[DEFAULT_TASK_BACKEND_ALIAS].supports_defer
        clock.start()
        if verbosity:
            what = "the clock and the tasks of the database" if takes_tasks else "the clock (DATABASE_TASKS is off)"
            announce(f"The worker does {what}. SIGTERM or Ctrl-C stops it.")
        try:
            (work if takes_tasks else wait)()
        finally:
            clock.stop()


def work() -> None:
    """Do one task after the other; on SIGTERM the one that is under way is the last."""
    worker = Worker(
        queue_names=[DEFAULT_TASK_QUEUE_NAME],
        interval=LOOK_SECONDS,
        batch=False,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    worker.run()


def wait() -> None:
    """Let the clock run until somebody says stop."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    told.wait()
