"""How many pages are made at once, and of these for one address: each takes the interpreter from those that deliver."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from config.doorkeeper import send_refusal
from config.error_pages import BUSY, RETRY_AFTER_SECONDS
from realtime.shared.address import client_address, network_of
from realtime.shared.deadlines import TURN
from realtime.shared.each_loop import EachLoop
from realtime.shared.metrics import watch_queue

# There is one interpreter: more at once make none sooner, and each waits for all others, as a post does.
PAGES_AT_ONCE = 8
PAGES_OF_AN_ADDRESS = 3
PAGES_WAITING = 500  # of an address
# Where an address has more waiting, each of its three places rests twice as long as its page took, so that they take
# as much of the interpreter as one page after the other; at most 20 ms, so that a slow page holds up none behind it.
REST = 2.0
MOST_REST_SECONDS = 0.02
WAIT_SECONDS = 3.0  # What is left of five is for the database, which may not answer either.


class PageQueue:
    """Let a request begin in its turn, and answer 503 where it does not come soon.

    A request has its turn from the end of its body, which may come slowly, to the beginning of its answer, which may be
    read slowly. Whoever asks for many pages waits behind their own: an address has few at a time in the common queue.
    """

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app
        self.queues = EachLoop[Queues](Queues)

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        turn = Turn(self.queues.get(), network_of(client_address(scope)))

        async def receive_in_turn() -> dict:
            message = await receive()
            if message["type"] == "http.disconnect":
                # Django would cancel the view. Its thread goes on all the same, and its database connection is lost.
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
        if turn.is_refused:  # Django has not answered whom it takes for gone
            await send_refusal(send, 503, str(BUSY), (b"retry-after", b"%d" % RETRY_AFTER_SECONDS))


class Queues:
    """The requests that have their turn or wait for it, in one loop."""

    def __init__(self) -> None:
        self.common = asyncio.Semaphore(PAGES_AT_ONCE)
        self.networks: dict[str, Queue] = {}
        watch_queue("pages", lambda: sum(queue.requests for queue in self.networks.values()))


class Queue:
    """Those of one address."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(PAGES_OF_AN_ADDRESS)
        self.requests = 0


class Turn:
    """One request's turn."""

    def __init__(self, queues: Queues, network: str) -> None:
        self.queues, self.network = queues, network
        self.has_asked = self.has_begun = self.is_refused = False
        self.waited = 0.0  # seconds
        self.begun_at = 0.0  # by monotonic()
        self.is_over = asyncio.Event()
        self.is_over.set()  # nothing is at work

    async def begin(self) -> bool:
        """Wait for the turn, and return whether it came."""
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
