"""uvicorn as `manage.py serve` runs it: set up for many connections, and shut down gracefully within ten seconds."""

import asyncio
import gc
import logging
import os
import sys
import threading
from math import ceil

import uvicorn

from realtime.engine.hub import Hub
from realtime.engine.lifecycle import stop
from realtime.serving import watchdog
from realtime.serving.announcement import report_start
from realtime.serving.bounded_websocket import BoundedWebSocket
from realtime.serving.descriptors import shortage
from realtime.serving.keepalive import TICKS_PER_SECOND, keepalive
from realtime.serving.metrics_exchange import exchange
from realtime.serving.websocket_handshake import WebSocketHandshake
from realtime.shared.scheduler import scheduler

logger = logging.getLogger(__name__)

# The times of a shutdown. Answering the running commands takes its share first (graceful_shutdown.py).
CLOSE_SECONDS = 2.0  # for the closing handshakes of WebSockets; then they are aborted
PAGES_SECONDS = 6.5  # from the start until unfinished page requests are aborted
ALL_SECONDS = 9.0  # then the process ends, even if a database or a library still blocks
LOOK_SECONDS = 0.02
# How soon the interpreter switches to another thread that waits for it. Python's own 5 ms is the time of a whole
# post, and the writing thread waits a dozen times in a post: beside a page or a large catch-up a post took 90 ms.
SWITCH_SECONDS = 0.0005


class Server(uvicorn.Server):
    """Shuts down gracefully: stop listening, answer running commands, close WebSockets, finish page requests."""

    announcement = ""  # printed or logged once the server listens

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        await exchange.start()
        watchdog.watch(asyncio.get_running_loop())
        spare_the_collector()
        sys.setswitchinterval(SWITCH_SECONDS)
        if self.started and self.announcement:
            report_start(self.announcement)

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_PER_SECOND == 0:
            shortage.check()
        keepalive.tick(counter)
        return await super().on_tick(counter)

    async def shutdown(self, sockets=None) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        end_in_any_case()
        exchange.stop()
        for listener in [*self.servers, *(sockets or ())]:
            listener.close()
        jobs = asyncio.create_task(asyncio.to_thread(scheduler.stop))  # meanwhile, because a job may take long
        hub = Hub.of_this_process()
        if hub is not None:
            await stop(hub)
        await self._cut_websockets()
        left = started + PAGES_SECONDS - loop.time()
        # An aborted page request ends by itself; one that uvicorn cancels leaves a traceback.
        loop.call_later(left, self._cut_all)
        self.config.timeout_graceful_shutdown = ceil(left) + 1
        await super().shutdown(sockets)
        await jobs

    async def _cut_websockets(self) -> None:
        """Wait until the WebSockets have closed.

        Aborting one while its client writes loses the last data sent to it.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + CLOSE_SECONDS
        # uvicorn keeps them in a set without any notification when one is removed.
        while (websockets := self._websockets()) and loop.time() < deadline and not self.force_exit:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        for websocket in websockets:
            websocket.transport.abort()

    def _cut_all(self) -> None:
        for line in list(self.server_state.connections):
            line.transport.abort()

    def _websockets(self) -> list[BoundedWebSocket | WebSocketHandshake]:
        kinds = (BoundedWebSocket, WebSocketHandshake)
        return [each for each in self.server_state.connections if isinstance(each, kinds)]


def spare_the_collector() -> None:
    """Make the garbage collector check new objects only, and rarely.

    Django, its models and its templates stay until the process ends. Checking them again and again took a third of
    the time while many connections opened. The objects of a connection or a post are freed by their reference counts.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def end_in_any_case() -> None:
    """End the process when its time for the shutdown is over. Acknowledged messages are stored, as after a kill."""
    timer = threading.Timer(ALL_SECONDS, end_now)
    timer.daemon = True
    timer.start()


def end_now() -> None:
    logger.error(
        "The server did not shut down within %d s, and is ended now. Acknowledged messages are stored.", ALL_SECONDS
    )
    os._exit(1)
