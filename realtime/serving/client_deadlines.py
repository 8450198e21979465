"""The deadlines of an HTTP client: for the head of a request, for its body, and for reading the answer."""

import asyncio
from typing import Any, NamedTuple, Protocol


class Deadline(NamedTuple):
    """The client must get on by so many bytes in this time; 0 bytes: it must be done."""

    what: str
    seconds: float
    bytes: int


# A connection is looked at so often: a deadline may be over by as much before that is noticed.
CHECK_SECONDS = 2.5
# A browser sends the head in one packet or two, over the slowest line in a second.
HEAD = Deadline("head", 10.0, 0)
# No deadline for the whole: a picture over a slow phone line takes minutes. The slowest that exists (GPRS, bad
# reception) still brings ten times as much.
BODY = Deadline("body", 30.0, 4096)
ANSWER = Deadline("answer", 30.0, 4096)


class HttpConnection(Protocol):
    """uvicorn's protocol of one HTTP connection, with what bounded_http.py counts."""

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
    """Looks at a connection every few seconds, and cuts it when its client has kept the server waiting for too long.

    One timer a connection that is set anew when it has run out; nothing is done for each packet. Checks are counted,
    and not time: where the whole process stood still, what clients sent meanwhile is read before the next check.
    """

    __slots__ = ("_bytes", "_checks", "_http", "_step", "_timer")

    def __init__(self, http: HttpConnection) -> None:
        self._http = http
        self._step: object = None
        self._bytes = 0  # of the step that were done when it began, or there was progress last
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
                self._http.transport.abort()  # close() would wait for the reader
                return
        self._timer = self._http.loop.call_later(CHECK_SECONDS, self._check)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def find_step(http: HttpConnection) -> tuple[Deadline | None, int, int]:
    """Return what the client has to do now, which one of its kind this is, and how many bytes of it are done.

    Without a deadline it is the server's turn.
    """
    unread = http.transport.get_write_buffer_size()
    if unread or http.flow.write_paused:
        return ANSWER, http.drains, -unread
    if http.is_in_body and not http.flow.read_paused:
        return BODY, http.heads, http.body_bytes
    if http.is_answering:
        return None, 0, 0
    return HEAD, http.heads, 0
