"""manage.py serve: the production server."""

import contextlib
import logging
import os
import signal
import sys

import uvicorn
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError

from realtime.conf import limits
from realtime.management.certificates import check_certificate
from realtime.management.preparation import refuse_unmigrated
from realtime.serving import descriptors
from realtime.serving.announcement import report_start
from realtime.serving.metrics_exchange import shared_folder
from realtime.serving.server import Server
from realtime.serving.unix_socket import unix_socket
from realtime.serving.workers import Workers

logger = logging.getLogger(__name__)

# A message slightly above the engine's own limit gets a reply with an error; above this the server closes the
# connection (1009). A deflated message is inflated to at most this size.
LARGEST_MESSAGE_BYTES = limits.FRAME_IN_BYTES + 8 * 1024
MANIFEST = "staticfiles.json"  # written by collectstatic
START_SECONDS = 60  # A worker that does not serve by then is restarted.


class Command(BaseCommand):
    help = "Serve Hubbub with uvicorn until SIGTERM or Ctrl-C, and then shut down gracefully."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen on (127.0.0.1).")
        parser.add_argument("--port", type=int, default=8000, help="The port to listen on (8000).")
        parser.add_argument("--uds", metavar="PATH", help="Listen on this Unix socket instead, for a proxy.")
        parser.add_argument(
            "--workers", type=int, default=1, help="How many processes serve (1); more need PostgreSQL and Redis."
        )
        parser.add_argument(
            "--tls-certificate", metavar="FILE", help="Serve https, with this certificate (PEM, with its chain)."
        )
        parser.add_argument("--tls-key", metavar="FILE", help="The certificate's key (PEM, without a password).")

    def handle(self, *, host, port, uds, workers, tls_certificate, tls_key, verbosity, **options) -> None:
        refuse_lonely_workers(workers)
        check_certificate(tls_certificate, tls_key)
        refuse_unprepared()
        descriptors.raise_limit()  # workers inherit it
        tls = {"ssl_certfile": tls_certificate, "ssl_keyfile": tls_key}
        config = configure(host=host, port=port, uds=uds, workers=workers, **tls)
        announcement = describe(config) if verbosity else ""
        if uds and not settings.BEHIND_PROXY:
            logger.warning(
                "The headers of the proxy in front of the Unix socket are ignored, because BEHIND_PROXY is not set."
                " Set BEHIND_PROXY=1."
            )
        with unix_socket(uds):
            has_begun = serve_alone(config, announcement) if workers == 1 else serve_together(config, announcement)
        if not has_begun:
            sys.exit(1)


def configure(**options) -> uvicorn.Config:
    """Return uvicorn's settings.

    Classes are named by text, because a worker unpickles this before Django is set up.
    """
    return uvicorn.Config(
        "config.asgi:application",
        loop="realtime.serving.event_loop:EventLoop",
        http="realtime.serving.bounded_http:BoundedHttp",
        ws="realtime.serving.websocket_handshake:WebSocketHandshake",
        ws_max_size=LARGEST_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # BEHIND_PROXY decides which proxies are trusted, under every server
        timeout_worker_healthcheck=START_SECONDS,
        **options,
    )


def describe(config: uvicorn.Config) -> str:
    together = f" with {config.workers} workers" if config.workers > 1 else ""
    location = config.uds or f"{config.host}, port {config.port}"
    return f"Hubbub listens on {location}{together}. SIGTERM or Ctrl-C stops it."


def serve_alone(config: uvicorn.Config, announcement: str) -> bool:
    """Serve in this process until a signal stops it; return whether it could start."""
    server = Server(config)
    server.announcement = announcement
    # After a graceful shutdown uvicorn raises SIGTERM once more, which would look like a crash.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # no other worker could take over
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after its graceful shutdown
        server.run()
    return server.started


def serve_together(config: uvicorn.Config, announcement: str) -> bool:
    """Serve in several processes; return whether all of them could start."""
    with shared_folder():
        workers = Workers(config, [config.bind_socket()])
        if announcement:
            report_start(announcement)
        workers.run()
        return not workers.failed


def refuse_lonely_workers(workers: int) -> None:
    """Check that several processes can work together. Raises CommandError."""
    if workers < 1:
        raise CommandError(f"--workers must be 1 or more, not {workers}.")
    missing = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        missing.append("PostgreSQL (DATABASE_URL=postgres://user:password@host/name)")
    if not settings.REDIS_URL:
        missing.append("Redis (REDIS_URL=redis://host:6379/0)")
    if workers > 1 and missing:
        raise CommandError(f"Several workers need {' and '.join(missing)}.")


def refuse_unprepared() -> None:
    """Check the database and the static files, which may be missing after an incomplete upgrade.

    Raises CommandError.
    """
    refuse_unmigrated()
    if not settings.DEBUG and not staticfiles_storage.exists(MANIFEST):
        raise CommandError("The static files are not collected: run `manage.py collectstatic --no-input` first.")
