"""The queue of page requests: how many are handled at once, in all and for one address, so that messages go on."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from config.error_pages import BUSY, RETRY_AFTER_SECONDS
from config.request_filter import send_refusal
from realtime.shared.address import client_address, network_of
from realtime.shared.deadlines import TURN
from realtime.shared.each_loop import EachLoop
from realtime.shared.metrics import watch_queue

# There is one interpreter: with more at once none is ready sooner, and each delays all others, and posts.
PAGES_AT_ONCE = 8
PAGES_OF_AN_ADDRESS = 3
PAGES_WAITING = 500  # of an address
# Where an address has more requests waiting, each of its slots pauses twice as long as its page took, so that its
# three take as much of the interpreter as one page after the other; at most 20 ms, so that the next pages are not
# delayed long.
REST = 2.0
MOST_REST_SECONDS = 0.02
WAIT_SECONDS = 3.0  # The rest of the five seconds is for the database, which may not answer either.


class PageQueue:
    """Lets a request begin when a slot is free, and answers 503 where that takes too long.

    A request has its slot from the end of its body, which may arrive slowly, to the beginning of its response, which
    may be read slowly. Many requests of one client wait for each other: an address has few slots in the common queue.
    """

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app
        self.queues = EachLoop[Queues](Queues)

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        turn = Turn(self.queues.get(), network_of(client_address(scope)))

        async def receive_in_turn() -> dict:
            message = await receive()
            if message["type"] == "http.disconnect":
                # Django would cancel the view, but its thread would go on, and its database connection would be lost.
                await turn.is_over.wait()
            elif not message.get("more_body") and not await turn.begin():
                return {"type": "http.disconnect"}
            return message

        async def send_in_turn(message: dict) -> None:
            turn.end()
            await send(message)

        try:
            await self.app({**scope, TURN: turn}, receive_in_turn, send_in_turn)
        finally:
            turn.end()
        if turn.is_refused:  # Django has not answered, because it believes that the client has disconnected
            await send_refusal(send, 503, str(BUSY), (b"retry-after", b"%d" % RETRY_AFTER_SECONDS))


class Queues:
    """The requests of one loop that are being handled or wait."""

    def __init__(self) -> None:
        self.common = asyncio.Semaphore(PAGES_AT_ONCE)
        self.networks: dict[str, Queue] = {}
        watch_queue("pages", lambda: sum(queue.requests for queue in self.networks.values()))


class Queue:
    """The slots of one address."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(PAGES_OF_AN_ADDRESS)
        self.requests = 0


class Turn:
    """One request's way through the queue: waiting, being handled, over."""

    def __init__(self, queues: Queues, network: str) -> None:
        self.queues, self.network = queues, network
        self.has_asked = self.has_begun = self.is_refused = False
        self.waited = 0.0  # seconds
        self.begun_at = 0.0  # by monotonic()
        self.is_over = asyncio.Event()
        self.is_over.set()  # until it begins

    async def begin(self) -> bool:
        """Wait for a slot, and return whether there was one in time."""
        if self.has_asked:
            return self.has_begun
        self.has_asked = True
        asked_at = monotonic()
        queue = self.queues.networks.setdefault(self.network, Queue())
        queue.requests += 1
        try:
            if queue.requests <= PAGES_OF_AN_ADDRESS + PAGES_WAITING:
                self.has_begun = await self._wait(queue)
        finally:
            if not self.has_begun:
                self._leave(queue)
        self.is_refused = not self.has_begun
        self.waited = monotonic() - asked_at
        return self.has_begun

    async def _wait(self, queue: Queue) -> bool:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await queue.slots.acquire()
                try:
                    await self.queues.common.acquire()
                except BaseException:
                    queue.slots.release()
                    raise
        except TimeoutError:
            return False
        self.is_over.clear()
        self.begun_at = monotonic()
        return True

    def end(self) -> None:
        if not self.is_over.is_set():
            self.is_over.set()
            queue = self.queues.networks[self.network]
            self.queues.common.release()
            if queue.requests > PAGES_OF_AN_ADDRESS:
                rest = min(REST * (monotonic() - self.begun_at), MOST_REST_SECONDS)
                asyncio.get_running_loop().call_later(rest, queue.slots.release)
            else:
                queue.slots.release()
            self._leave(queue)

    def _leave(self, queue: Queue) -> None:
        queue.requests -= 1
        if not queue.requests:
            del self.queues.networks[self.network]
