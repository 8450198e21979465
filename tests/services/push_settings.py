"""The site's own settings, on a machine for which all of the Internet is the tests' push service."""

import os
import socket
import ssl

from config.settings import *  # noqa: F403
from notifications import outgoing
from notifications.outgoing import asking
from notifications.push import resting
from tests.services.neighbour import PUBLIC_ADDRESS

PORT = int(os.environ["PUSH_SERVICE_PORT"])
TLS = ssl.create_default_context(cadata=os.environ["PUSH_SERVICE_AUTHORITY"])

outgoing.INTERNET = outgoing.Network(
    lambda *_: [PUBLIC_ADDRESS], lambda *_: socket.create_connection(("127.0.0.1", PORT), 5), lambda: TLS
)

# A machine that is busy with other tests answers later, and is not to be left alone for that.
asking.SECONDS = resting.SLOW_SECONDS = 20.0
