"""A client for the tests of a site with its own topics; docs/topics.md has an example."""

import asyncio
import json
from collections import deque
from typing import Any, Self

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import AsyncClient

from realtime.shared import socket_path, threads

HOST = "testserver"
CLIENT = ("127.0.0.1", 0)
SECONDS = 5
ORDERLY = 1000  # the close code when a page is left


class Refused(Exception):
    """A handshake or a command was refused: `code` is an error code of docs/protocol.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Connection:
    """One user's connection to the site's ASGI application, for a TransactionTestCase.

    `async with await Connection.open(application, user) as connection: …`
    """

    def __init__(self, application: Any, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"path": socket_path.find_socket_path(), "query_string": b"", "headers": headers, "client": CLIENT}
        self._server = ApplicationCommunicator(application, {"type": "websocket", **scope})
        self._heard: deque[dict] = deque()
        self._ref = 0
        self.epoch: str | None = None

    @classmethod
    async def open(cls, application: Any, user: Any) -> Self:
        """Connect with a session of this user, or without one for None. Raises Refused."""
        client = AsyncClient()
        if user is not None:
            await client.aforce_login(user)
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        headers = {"host": HOST, "origin": f"http://{HOST}", "cookie": cookies}
        connection = cls(application, [(name.encode(), value.encode()) for name, value in headers.items()])
        await connection._server.send_input({"type": "websocket.connect"})
        if (await connection._receive())["type"] != "websocket.accept":
            raise Refused("signed_out", f"The handshake was refused, with the session {settings.SESSION_COOKIE_NAME}.")
        connection.epoch = (await connection.hears("hello"))["data"]["epoch"]
        return connection

    async def subscribe(self, topic: str, after: int | None = None) -> dict:
        """Subscribe to a topic, and return its part of the reply: `head`, perhaps `reset`. Raises Refused."""
        ok = await self.send("subscribe", data={"epoch": self.epoch, "topics": {topic: after}})
        answer = ok["topics"][topic]
        if "error" in answer:
            raise Refused(answer["error"]["code"], answer["error"]["message"])
        return answer

    async def send(self, type: str, topic: str | None = None, data: dict | None = None) -> dict:
        """Send a command, and return its reply. Raises Refused."""
        self._ref += 1
        frame = {"ref": self._ref, "type": type, "data": data or {}} | ({"topic": topic} if topic else {})
        await self._server.send_input({"type": "websocket.receive", "text": json.dumps(frame)})
        answer = await self._wait_for(lambda line: line.get("ref") == self._ref)
        if "error" in answer:
            raise Refused(answer["error"]["code"], answer["error"]["message"])
        return answer["ok"]

    async def hears(self, type: str) -> dict:
        """Return the next event of a type, and wait for it if needed. Events of other types stay for later calls."""
        return await self._wait_for(lambda line: line.get("type") == type)

    async def has_heard_nothing(self, type: str) -> bool:
        """Return whether no event of a type has arrived.

        It waits for the reply to a ping, behind all events on their way.
        """
        await self.send("ping")
        return not any(line.get("type") == type for line in self._heard)

    async def close(self) -> None:
        """Disconnect, and close the threads' database connections, so that the test's database can be dropped."""
        await self._server.send_input({"type": "websocket.disconnect", "code": ORDERLY})
        await self._server.wait()
        await asyncio.to_thread(threads.close_connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def _wait_for(self, is_it) -> dict:
        """Return the first line that fits. The others stay, in order."""
        passed: list[dict] = []
        while True:
            while not self._heard:
                await self._read()
            line = self._heard.popleft()
            if is_it(line):
                self._heard.extendleft(reversed(passed))
                return line
            passed.append(line)

    async def _read(self) -> None:
        message = await self._receive()
        if message["type"] == "websocket.close":
            raise AssertionError(f"The server has closed the connection: {message.get('code')}")
        self._heard.extend(json.loads(line) for line in message["text"].split("\n"))

    async def _receive(self) -> dict:
        return await self._server.receive_output(timeout=SECONDS)
