"""manage.py worker: what is done by the clock, and the tasks of the database's queue, without serving anybody."""

import signal
import threading

from django.core.management.base import BaseCommand
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, task_backends
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from realtime.clock import clock
from realtime.management.preparation import refuse_unmigrated

LOOK_SECONDS = 0.5


class Command(BaseCommand):
    help = "Do what is due by the clock, and the tasks that are put down in the database, until it is told to stop."

    def handle(self, *, verbosity: int, **options) -> None:
        refuse_unmigrated()
        takes_tasks = task_backends[DEFAULT_TASK_BACKEND_ALIAS].supports_defer
        clock.start()
        if verbosity:
            what = "the clock and the tasks of the database" if takes_tasks else "the clock (DATABASE_TASKS is off)"
            print(f"The worker does {what}. SIGTERM or Ctrl-C stops it.", flush=True)
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
