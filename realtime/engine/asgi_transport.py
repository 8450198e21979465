"""The ASGI transport: a WebSocket under any ASGI server, through `websocket.send`."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from realtime.engine.frames import Frame

logger = logging.getLogger(__name__)


class AsgiTransport:
    """Sends frames in order; frames that the server does not take yet wait here, and their size is counted.

    uvicorn's `send` waits while the client does not read. Daphne's never does (daphne #170), so under Daphne a slow
    client is not noticed. Serve with `manage.py serve`.
    """

    name = "websocket"
    socket = -1
    deflates = False

    def __init__(self, send: Callable[[dict], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[dict] = deque()
        self._sending: asyncio.Task[None] | None = None
        self.buffered = 0

    @property
    def has_backlog(self) -> bool:
        return self.buffered > 0

    def send(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self._enqueue({"type": "websocket.send", "text": frame.text}, len(frame.text))

    def close(self, code: int) -> None:
        """Close after the frame that is being sent.

        Frames that still wait are dropped, for their client reads too slowly.
        """
        if self._sending is not None and self._waiting:
            self._waiting.clear()
        self._enqueue({"type": "websocket.close", "code": code}, 0)

    def _enqueue(self, message: dict, size: int) -> None:
        self.buffered += size
        self._waiting.append(message)
        if self._sending is None:
            # Eager, because most sends never wait: then no turn of the loop is spent on them.
            task = asyncio.Task(self._drain(), loop=asyncio.get_running_loop(), eager_start=True)
            self._sending = None if task.done() else task

    async def _drain(self) -> None:
        try:
            while self._waiting:
                message = self._waiting.popleft()
                await self._send(message)
                self.buffered -= len(message.get("text", ""))
        except Exception as error:
            # The network failed; the server reports it to the consumer as `websocket.disconnect`.
            logger.debug("A frame could not be sent: %r", error)
            self._waiting.clear()
        finally:
            self._sending = None
