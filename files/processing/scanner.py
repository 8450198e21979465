"""The site's virus scanner, by ClamAV's protocol: an upload is streamed to it before anything else reads it.

`FILES_SCANNER` is `clamav://host:port` or `clamav:///path/of/its/socket`. The protocol is INSTREAM in `man clamd`.
"""

import logging
import socket
from contextlib import suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from files.conf import files_setting, limits
from files.outcomes import Postponed
from files.refusal_codes import INFECTED, NOT_SCANNED, SCANNER_AWAY

logger = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
PORT = 3310
CONNECT_SECONDS = 5.0
RESPONSE_BYTES = 4096


def scan(path: Path) -> str:
    """Return why a file is refused by the scanner of the site, empty if it is not, or if the site has none.

    It blocks for as long as HUBBUB_SCAN_SECONDS. Raises Postponed while the scanner does not answer.
    """
    address = files_setting("FILES_SCANNER")
    if not address:
        return ""
    try:
        response = ask_clamav(address, path)
    except OSError as error:
        logger.warning("The virus scanner at %s does not answer, so files wait: %r", address, error)
        raise Postponed(SCANNER_AWAY) from error
    if response.endswith(" OK"):
        return ""
    if response.endswith(" FOUND"):
        logger.warning("The virus scanner refused an upload: %s", response)
        return INFECTED
    if "size limit exceeded" in response:
        logger.warning("An upload is larger than the virus scanner takes. Raise StreamMaxLength in clamd.conf.")
        return NOT_SCANNED
    logger.warning("The virus scanner at %s has an error, so files wait: %s", address, response or "no response")
    raise Postponed(SCANNER_AWAY)


def ask_clamav(address: str, path: Path) -> str:
    """Stream a file to ClamAV, and return its response. Raises OSError, also after SCAN_SECONDS."""
    deadline = monotonic() + limits.SCAN_SECONDS
    with connect(address) as line, path.open("rb") as file:
        # A scanner that has seen enough responds and closes before the end of the file.
        with suppress(BrokenPipeError, ConnectionResetError):
            send(line, b"zINSTREAM\0", deadline)
            while chunk := file.read(CHUNK_BYTES):
                send(line, len(chunk).to_bytes(4) + chunk, deadline)
            send(line, bytes(4), deadline)
        return read_response(line, deadline)


def connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or PORT), CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def send(line: socket.socket, data: bytes, deadline: float) -> None:
    """Send data before the deadline. `sendall` counts its timeout for the whole of it."""
    line.settimeout(seconds_until(deadline))
    line.sendall(data)


def read_response(line: socket.socket, deadline: float) -> str:
    response = b""
    while len(response) < RESPONSE_BYTES and b"\0" not in response:
        line.settimeout(seconds_until(deadline))
        chunk = line.recv(RESPONSE_BYTES)
        if not chunk:
            break
        response += chunk
    return response.partition(b"\0")[0].decode(errors="replace").strip()


def seconds_until(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
