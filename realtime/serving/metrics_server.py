"""A small HTTP server with `/metrics`, for the worker: `manage.py worker --metrics-port 9100`."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings

from realtime.serving.exposition import CONTENT_TYPE, find_families_of_outgoing, render_metrics
from realtime.serving.metrics_page import PATH, find_fault


class Handler(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self) -> None:
        headers = {name.lower().encode(): value.encode("latin-1", "replace") for name, value in self.headers.items()}
        fault = find_fault(self.client_address[0], headers) if self.path == PATH else (404, b"")
        status, body = fault or (200, render_metrics(find_families_of_outgoing()))
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if fault else CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing, because Prometheus asks every few seconds."""


def serve_metrics(host: str, port: int) -> ThreadingHTTPServer | None:
    """Serve `/metrics` in a thread of its own, until the process ends; return None where no client may read it."""
    if not (settings.METRICS_TOKEN or settings.METRICS_NETWORKS):
        return None
    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
