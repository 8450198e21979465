"""The site's own settings, on a machine for which all of the Internet is the tests' push service."""

import os
import socket
import ssl

from config.settings import *  # noqa: F403
from notifications import outgoing
from tests.services.neighbour import PUBLIC_ADDRESS

PORT = int(os.environ["PUSH_SERVICE_PORT"])
TLS = ssl.create_default_context(cadata=os.environ["PUSH_SERVICE_AUTHORITY"])

outgoing.INTERNET = outgoing.Network(
    lambda *_: [PUBLIC_ADDRESS], lambda *_: socket.create_connection(("127.0.0.1", PORT), 5), lambda: TLS
)
