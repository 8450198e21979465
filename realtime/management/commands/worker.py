"""manage.py worker: a process for scheduled jobs, without connections."""

import signal
import threading

from django.core.management.base import BaseCommand, CommandError

from realtime.management.preparation import refuse_unmigrated
from realtime.serving.announcement import report_start
from realtime.serving.metrics_server import serve_metrics
from realtime.shared.scheduler import scheduler

STOP_SECONDS = 50.0  # A mail server may be slow; systemd and Docker are set to wait for a minute.


class Command(BaseCommand):
    help = "Run scheduled jobs, above all sending pushes and emails, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--metrics-port", type=int, help="Serve /metrics on this port (off by default).")
        parser.add_argument("--metrics-host", default="127.0.0.1", help="The address for /metrics (127.0.0.1).")

    def handle(self, *, metrics_port: int | None, metrics_host: str, verbosity: int, **options) -> None:
        refuse_unmigrated()
        if metrics_port is not None and serve_metrics(metrics_host, metrics_port) is None:
            raise CommandError(
                "--metrics-port needs METRICS_TOKEN or METRICS_NETWORKS, which permit clients to read them."
            )
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        scheduler.start(is_worker=True)
        if verbosity:
            report_start("The worker runs scheduled jobs. SIGTERM or Ctrl-C stops it.")
        stop.wait()
        scheduler.stop(STOP_SECONDS)
