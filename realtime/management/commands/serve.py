"""manage.py serve: the server for people."""

import contextlib
import signal
import sys

import uvicorn
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError

from realtime.bounded_http import BoundedHttp
from realtime.management.preparation import refuse_unmigrated
from realtime.server import LinkProtocol
from realtime.serving import Server

# Frames above realtime's own limit get a named error; above this one the server itself closes (1009).
LARGEST_FRAME_BYTES = 1024 * 1024
MANIFEST = "staticfiles.json"  # what collectstatic leaves


class Command(BaseCommand):
    help = "Serve Hubbub with uvicorn until it is told to stop; open links are then told to come back."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, verbosity: int, **options) -> None:
        refuse_unprepared()
        config = uvicorn.Config(
            "config.asgi:application",
            host=host,
            port=port,
            loop="uvloop",
            http=BoundedHttp,
            ws=LinkProtocol,
            ws_max_size=LARGEST_FRAME_BYTES,
            ws_per_message_deflate=False,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # BEHIND_PROXY decides who is believed, under every server alike
        )
        server = Server(config)
        if verbosity:
            server.told = f"Hubbub listens on {host}, port {port}. SIGTERM or Ctrl-C stops it."
        # uvicorn ends in order on SIGTERM and then raises it once more, which would look like a crash.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn ends in order, and raises it once more
            server.run()
        if not server.started:
            sys.exit(1)


def refuse_unprepared() -> None:
    """Stop where people would only see errors, as after half an upgrade."""
    refuse_unmigrated()
    if not settings.DEBUG and not staticfiles_storage.exists(MANIFEST):
        raise CommandError("The static files are not there: run `manage.py collectstatic --no-input` first.")
