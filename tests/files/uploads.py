"""A client of tus 1.0 for tests, of a person at a running site."""

import asyncio
import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.people import Answer, Person

BODY = {"Content-Type": "application/offset+octet-stream"}


def encode(**metadata: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items())


class Uploader:
    """Sends requests of uploads as a page of the site does. `cookie=""`: signed out."""

    def __init__(self, person: Person, *, server: int = 0, cookie: str | None = None) -> None:
        self.url = person.site.servers[server].url
        self.cookie = f"sessionid={person.session_key}" if cookie is None else cookie

    async def sends(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request; underscores in the names of headers are hyphens."""
        return await asyncio.to_thread(self._send, method, path, body, headers)

    async def begins(self, length: int, name: str = "a.bin", body: bytes = b"", *, key: str = "", **headers) -> Answer:
        """Create an upload; with a body, also its first bytes."""
        metadata = encode(key=key or str(uuid4()), filename=name, **headers.pop("metadata", {}))
        more = {"Upload_Length": str(length), "Upload_Metadata": metadata, **(BODY if body else {}), **headers}
        return await self.sends("POST", "/files/uploads/", body, **more)

    async def continues(self, path: str, offset: int, body: bytes, **headers: str) -> Answer:
        return await self.sends("PATCH", path, body, Upload_Offset=str(offset), **BODY, **headers)

    async def offset(self, path: str) -> int:
        answer = await self.sends("HEAD", path)
        assert answer.status == 200, answer
        return int(answer.headers["Upload-Offset"])

    async def status(self, path: str) -> Any:
        answer = await self.sends("GET", path)
        assert answer.status == 200, answer
        return answer.json

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def head(self, headers: dict[str, str]) -> dict[str, str]:
        ours = {"Tus-Resumable": "1.0.0", "Origin": self.url, "Cookie": self.cookie}
        return {
            name: value
            for name, value in (ours | {n.replace("_", "-"): v for n, v in headers.items()}).items()
            if value
        }

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = self.connect()
        try:
            connection.request(method, path, body or None, self.head(headers))
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(), response.headers)
        finally:
            connection.close()


def error_of(answer: Answer) -> str:
    return json.loads(answer.text)["error"]["code"]
