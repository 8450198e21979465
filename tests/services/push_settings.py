"""The site's own settings, on a machine where one server of the tests stands for the whole Internet."""

import os
import socket
import ssl

from config.settings import *  # noqa: F403
from notifications.delivery import http
from notifications.delivery.http import client
from notifications.delivery.push import service_limits
from tests.services.neighbour import PUBLIC_ADDRESS

PORT = int(os.environ["PUSH_SERVICE_PORT"])
TLS = ssl.create_default_context(cadata=os.environ["PUSH_SERVICE_AUTHORITY"])

http.INTERNET = http.Network(
    lambda *_: [PUBLIC_ADDRESS], lambda *_: socket.create_connection(("127.0.0.1", PORT), 5), lambda: TLS
)

# A machine that is busy with other tests answers later; the site must not treat the service as slow because of that.
client.SECONDS = service_limits.SLOW_SECONDS = 20.0
