"""Deadlines for HTTP clients: for a request's head, for its body, and for reading the response."""

import asyncio
from typing import Any, NamedTuple, Protocol


class Deadline(NamedTuple):
    """How much progress a client must make in this time: so many bytes; 0 bytes: it must be done."""

    name: str
    seconds: float
    bytes: int


# The interval between checks; a deadline may be exceeded by so much.
CHECK_SECONDS = 2.5
# A browser sends the head in one or two packets, which take a second over the slowest network.
HEAD = Deadline("head", 10.0, 0)
# There is no deadline for the whole body: a picture takes minutes over a slow mobile network. Even the slowest one
# (GPRS with bad reception) is ten times as fast as this.
BODY = Deadline("body", 30.0, 4096)
ANSWER = Deadline("answer", 30.0, 4096)


class HttpConnection(Protocol):
    """uvicorn's protocol of one HTTP connection, with the counters of bounded_http.py."""

    transport: Any
    loop: asyncio.AbstractEventLoop
    flow: Any
    heads: int
    is_in_body: bool
    body_bytes: int
    drains: int

    @property
    def is_answering(self) -> bool: ...


class DeadlineTimer:
    """Checks a connection every few seconds, and aborts it when its client has kept the server waiting for too long.

    There is one timer for each connection, set again when it has fired; no packet touches it. It counts checks
    instead of time: after a pause of the whole process, data that arrived meanwhile is read before the next check.
    """

    __slots__ = ("_bytes", "_checks", "_http", "_step", "_timer")

    def __init__(self, http: HttpConnection) -> None:
        self._http = http
        self._step: object = None
        self._bytes = 0  # of this step, when it began or when progress was last found
        self._checks = 0  # since then
        self._timer: asyncio.TimerHandle | None = None
        self._check()

    def _check(self) -> None:
        deadline, number, done = find_step(self._http)
        if self._step != (deadline, number) or (deadline and 0 < deadline.bytes <= done - self._bytes):
            self._step, self._bytes, self._checks = (deadline, number), done, 0
        elif deadline:
            self._checks += 1
            if self._checks * CHECK_SECONDS >= deadline.seconds:
                self._http.transport.abort()  # close() would wait for the client to read
                return
        self._timer = self._http.loop.call_later(CHECK_SECONDS, self._check)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def find_step(http: HttpConnection) -> tuple[Deadline | None, int, int]:
    """Return the client's current step, the number of that step, and how many of its bytes are done.

    Without a deadline the client waits for the server.
    """
    unread = http.transport.get_write_buffer_size()
    if unread or http.flow.write_paused:
        return ANSWER, http.drains, -unread
    if http.is_in_body and not http.flow.read_paused:
        return BODY, http.heads, http.body_bytes
    if http.is_answering:
        return None, 0, 0
    return HEAD, http.heads, 0
