"""A real SMTP server on a free port, in a thread of the test."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Callable
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.services.ports import free_port

PATIENCE_SECONDS = 20


class Mailbox:
    """Accepts and stores emails. After `stall()` senders wait for its answer; it stores only accepted emails."""

    def __init__(self) -> None:
        self.emails: list[EmailMessage] = []
        self.asked = 0  # how often a client began to send
        self._flows = threading.Event()
        self._flows.set()
        self._news = threading.Condition()
        port = free_port()
        self.url = f"smtp://127.0.0.1:{port}"
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def start(self) -> None:
        self._controller.start()

    def close(self) -> None:
        self.flow()
        self._controller.stop()

    def stall(self) -> None:
        self._flows.clear()

    def flow(self) -> None:
        self._flows.set()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 the library's name
        with self._news:
            self.asked += 1
            self._news.notify_all()
        await asyncio.to_thread(self._flows.wait)  # cancelled when the client disconnects
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._news:
            self.emails.append(message)
            self._news.notify_all()
        return "250 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [email for email in self.emails if email["To"] == address]

    async def is_asked(self) -> None:
        """Wait until a client has begun to send."""
        await self._until(lambda: self.asked > 0, "a client to send")

    async def receives(self, address: str, number: int = 1) -> list[EmailMessage]:
        """Wait until so many emails to an address have arrived, and return them."""
        await self._until(lambda: len(self.to(address)) >= number, f"{number} emails to {address}")
        return self.to(address)

    async def _until(self, holds: Callable[[], bool], expected: str) -> None:
        def wait() -> bool:
            with self._news:
                return self._news.wait_for(holds, PATIENCE_SECONDS)

        assert await asyncio.to_thread(wait), (
            f"waited {PATIENCE_SECONDS} s for {expected}; there are {len(self.emails)}"
        )
