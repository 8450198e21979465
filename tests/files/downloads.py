"""Downloads by a person at a running site, and files there that are ready."""

import asyncio
import http.client
from email.message import Message
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from tests.files.rows import stored_file
from tests.people import Person


class Download(NamedTuple):
    status: int
    body: bytes
    headers: Message


class Downloader:
    """Sends requests for files as a page of the site does. `cookie=""`: signed out."""

    def __init__(self, person: Person, *, server: int = 0, cookie: str | None = None) -> None:
        self.url = person.site.servers[server].url
        self.cookie = f"sessionid={person.session_key}" if cookie is None else cookie

    async def gets(self, path: str, method: str = "GET", **headers: str) -> Download:
        """Send a request; underscores in the names of headers are hyphens."""
        return await asyncio.to_thread(self._send, method, path, headers)

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def request(self, connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str]) -> None:
        ours = {"Cookie": self.cookie} if self.cookie else {}
        connection.request(method, path, headers=ours | {n.replace("_", "-"): v for n, v in headers.items()})

    def _send(self, method: str, path: str, headers: dict[str, str]) -> Download:
        connection = self.connect()
        try:
            self.request(connection, method, path, headers)
            response = connection.getresponse()
            return Download(response.status, response.read(), response.headers)
        finally:
            connection.close()


def store(site, owner_id: int, parts: dict[str, bytes] | bytes = b"0123456789", name: str = "a.bin", **fields) -> str:
    """Make a file that is ready at a site, and return its address. Runs in the thread of the site's database."""
    contents = parts if isinstance(parts, dict) else {"original": parts}
    folder = f"files/{uuid4().hex}"
    (site.folder / "media" / folder).mkdir(parents=True)
    for part, content in contents.items():
        (site.folder / "media" / folder / part).write_bytes(content)
    kinds = {"kind": "other", "content_type": "application/octet-stream"} | fields
    stored = {part: f"{folder}/{part}" for part in contents}
    file = stored_file(None, name, owner_id=owner_id, stored=stored, size=len(contents["original"]), **kinds)
    return f"/files/{file.key}/{name}"
