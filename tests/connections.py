"""A client of the protocol for tests: posts, hears, is_refused. It waits for replies and never sleeps."""

import asyncio
import contextlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Coroutine
from ssl import SSLContext
from typing import Any, Self, cast
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

PATIENCE_SECONDS = 8
ABSENT = object()
NOTHING = {"seq": 0}
OWN = "own"  # the Origin of the site's own pages; None sends none, as clients that are not browsers do


class Connection:
    """One WebSocket of a person, with the cursors that docs/protocol.md requires of a client.

    `heard` has all events in the order of arrival. `applied` has, by topic, the events that the cursor let through. A
    gap is closed by subscribing again, as the protocol requires.
    """

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        *,
        origin: str | None = OWN,
        patience: float = PATIENCE_SECONDS,
        tls: SSLContext | None = None,
    ) -> None:
        self.url, self.headers, self.origin, self.patience = url, headers, origin, patience
        self.options: dict[str, Any] = {"proxy": None} | ({"ssl": tls} if tls else {})
        self.hello: dict[str, Any] = {}
        self.epoch = ""
        self.heard: list[dict] = []
        self.applied: defaultdict[str, list[dict]] = defaultdict(list)
        self.cursors: dict[str, int] = {}
        self.resets: list[str] = []
        self.fetch: Callable[[], Coroutine[Any, Any, list[dict]]] | None = None  # loads the room again after a reset
        self.fetching: asyncio.Task | None = None
        self._fetched: list[dict] = []
        self.gaps: list[str] = []
        self.closes_gaps = True  # as docs/protocol.md requires; a hostile client would not
        self.room: str | None = None
        self._ref = 0
        self._replies: dict[int | None, dict] = {}
        self._catching_up: set[str] = set()
        self._news = asyncio.Event()
        self._awaited: set[int] = set()
        self._tasks: set[asyncio.Task] = set()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task | None = None

    # -- life

    async def __aenter__(self) -> Self:
        await self.opens()
        return self

    async def __aexit__(self, *failure) -> None:
        await self.close()

    async def opens(self) -> None:
        """Connect and wait for `hello`. Raises InvalidStatus where the handshake is refused."""
        parts = urlsplit(self.url)
        origin = f"{parts.scheme.replace('ws', 'http')}://{parts.netloc}" if self.origin == OWN else self.origin
        self._socket = await connect(
            self.url, additional_headers=self.headers, origin=cast(Origin | None, origin), **self.options
        )
        self.hello = {}
        self._reader = self._keep(self._read(self._socket))
        await self._until(lambda: self.hello, "hello")

    async def reopens(self, url: str | None = None) -> None:
        """Reconnect, to another server if `url` is given, and catch up from the cursors."""
        await self.close()
        self.url = url or self.url
        epoch = self.epoch  # the cursors belong to this history
        await self.opens()
        if self.cursors:
            await self._subscribe(dict(self.cursors), epoch)

    async def close(self) -> None:
        """Close the connection. Received events stay."""
        if self._socket is not None:
            await self._socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def closes(self) -> int:
        """Wait until the server closes the connection, and return the close code."""
        await self._until(lambda: self.close_code is not None, "a close")
        assert self.close_code is not None
        return self.close_code

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code if self._socket else None

    # -- commands

    async def subscribe(self, *topics: str, after: int | None = None) -> dict[str, dict]:
        """Subscribe to topics, from now on or from `after`, and return the reply's part for each."""
        for topic in topics:
            if topic.startswith("room."):
                self.room = topic
        return await self._subscribe(dict.fromkeys(topics, after), self.hello["epoch"])

    async def posts(self, text: str, room: str | None = None, *, key: str | None = None) -> dict:
        """Post a message in the room last subscribed to, or another one, and return {"id", "seq"}."""
        return await self.does("message.post", room or self.room, key=key or str(uuid.uuid4()), text=text)

    async def does(self, type: str, topic: str | None = None, **data) -> dict:
        """Send a command that must succeed, and return the data of its reply."""
        reply = await self.asks(type, topic, **data)
        assert "ok" in reply, f"{type} on {topic} was refused: {reply['error']}"
        return reply["ok"]

    async def is_refused(self, code: str, type: str, topic: str | None = None, **data) -> dict:
        """Send a command that must be refused with this code, and return the error."""
        reply = await self.asks(type, topic, **data)
        assert "error" in reply, f"{type} on {topic} should be refused with {code}, and is not: {reply}"
        assert reply["error"]["code"] == code, reply
        return reply["error"]

    async def asks(self, type: str, topic: str | None = None, **data) -> dict:
        """Send a command, and return its reply."""
        return await self.replies(await self.sends(type, topic, **data))

    async def sends(self, type: str, topic: str | None = None, **data) -> int:
        """Send a command without waiting, and return its ref for `replies`."""
        self._ref += 1
        command = {"ref": self._ref, "type": type, "data": data} | ({"topic": topic} if topic else {})
        await self.sends_raw(json.dumps(command))
        return self._ref

    async def sends_raw(self, frame: str | bytes) -> None:
        assert self._socket is not None
        await self._socket.send(frame)

    async def replies(self, ref: int | None) -> dict:
        """Wait for the reply to a ref, or with None to a line without a usable one."""
        await self._until(lambda: ref in self._replies, f"the reply to {ref}")
        return self._replies.pop(ref)

    # -- events

    async def hears(self, type: str, topic: str | None = None, **wanted) -> dict:
        """Wait for an event with this data that no earlier call has returned, and return it.

        Each event is returned once, and in any order: `hears("typing")` does not use up the message before it.
        """
        index = await self._until(lambda: self._find(type, topic, wanted), f"{type} {topic or ''} {wanted or ''}")
        assert index is not None
        self._awaited.add(index)
        return self.heard[index]

    async def has_not_heard(self, type: str, topic: str | None = None, **wanted) -> None:
        """Check that no such event has arrived or is on its way.

        The reply to a ping comes after everything sent before it.
        """
        await self.does("ping")
        index = self._find(type, topic, wanted)
        assert index is None, f"heard {self.heard[index or 0]}"

    async def reaches(self, topic: str, seq: int) -> None:
        """Wait until the cursor of a topic has reached a seq."""
        await self._until(lambda: self.cursors.get(topic, -1) >= seq, f"{topic} to reach {seq}")

    def messages(self, topic: str | None = None) -> list[dict]:
        """Return the messages of a room as this client shows them: the last state of each, in posted order."""
        shown = {message["id"]: message for message in self._fetched}
        for event in self.applied[topic or self.room or ""]:
            if event["type"] == "message" and event["seq"] > shown.get(event["data"]["id"], NOTHING)["seq"]:
                shown[event["data"]["id"]] = event["data"]
        return sorted(shown.values(), key=lambda message: message["posted_seq"])

    def _find(self, type: str, topic: str | None, wanted: dict) -> int | None:
        for index, event in enumerate(self.heard):
            if index in self._awaited or event["type"] != type or (topic and event.get("topic") != topic):
                continue
            if all(event["data"].get(name, ABSENT) == value for name, value in wanted.items()):
                return index
        return None

    # -- the cursors

    async def _subscribe(self, cursors: dict[str, int | None], epoch: str) -> dict[str, dict]:
        self._catching_up |= cursors.keys()
        for topic, after in cursors.items():
            if after is not None:
                self.cursors[topic] = max(after, self.cursors.get(topic, 0))
        return (await self.does("subscribe", epoch=epoch, topics=cursors))["topics"]

    def _take_reply(self, reply: dict) -> None:
        """Set the cursors at once when the reply is read, because the next line may be an event already."""
        topics = reply["ok"].get("topics", {}) if "ok" in reply else {}
        for topic, answer in topics.items():
            self._catching_up.discard(topic)
            if "head" in answer:
                reached = 0 if answer.get("reset") else self.cursors.get(topic, 0)
                self.cursors[topic] = max(reached, answer["head"])
            if answer.get("reset"):
                self.applied[topic].clear()
                self.resets.append(topic)
                if self.fetch and topic == self.room:
                    self.fetching = asyncio.create_task(
                        self._fetch(self.fetch)
                    )  # over HTTP, so independent of the connection
        self._replies[reply["ref"]] = reply

    async def _fetch(self, fetch: Callable[[], Coroutine[Any, Any, list[dict]]]) -> None:
        self._fetched = await fetch()

    def _take_event(self, event: dict) -> None:
        self.heard.append(event)
        topic, seq = event.get("topic"), event.get("seq")
        if event["type"] == "heartbeat":
            self._compare(event["data"]["heads"])
        if topic is None or seq is None:
            return
        follows = event.get("prev", seq - 1)
        cursor = self.cursors.get(topic, follows)
        if seq <= cursor:
            return
        if follows <= cursor:
            self.cursors[topic] = seq
            self.applied[topic].append(event)
        elif topic not in self._catching_up:
            self._close_gap(topic)

    def _compare(self, heads: dict[str, int]) -> None:
        for topic, head in heads.items():
            if head > self.cursors.get(topic, head) and topic not in self._catching_up:
                self._close_gap(topic)

    def _close_gap(self, topic: str) -> None:
        if not self.closes_gaps:
            return
        self.gaps.append(topic)
        self._catching_up.add(topic)
        _ = self._keep(self._subscribe({topic: self.cursors[topic]}, self.hello["epoch"]))

    # -- the socket

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in socket:
                assert isinstance(frame, str)
                for line in frame.split("\n"):
                    self._take(json.loads(line))
                self._news.set()
        self._catching_up.clear()
        self._news.set()

    def _take(self, line: dict) -> None:
        if "ref" in line:
            self._take_reply(line)
        elif line["type"] == "hello":
            self.hello = line["data"]
            self.epoch = self.hello["epoch"]
        else:
            self._take_event(line)

    async def _until[Found](self, look: Callable[[], Found], expected: str) -> Found:
        """Wait until `look` finds something (0 counts), at most `patience` seconds."""
        try:
            async with asyncio.timeout(self.patience):
                while True:
                    found = look()
                    if found or (found == 0 and found is not False):
                        return found
                    if self._reader is not None and self._reader.done():
                        raise AssertionError(
                            f"the connection was closed with {self.close_code} while waiting for {expected}"
                        )
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            last = "\n".join(json.dumps(event) for event in self.heard[-5:])
            raise AssertionError(f"waited {self.patience} s for {expected}; heard last:\n{last}") from None

    def _keep(self, coroutine: Coroutine) -> asyncio.Task:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
