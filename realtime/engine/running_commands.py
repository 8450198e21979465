"""The number of commands that are being answered; a graceful shutdown waits until it is 0."""

import asyncio
import contextlib


class RunningCommands:
    def __init__(self) -> None:
        self.count = 0
        self._none = asyncio.Event()
        self._none.set()

    def begin(self) -> None:
        self.count += 1
        self._none.clear()

    def end(self) -> None:
        self.count -= 1
        if not self.count:
            self._none.set()

    async def wait(self, seconds: float) -> None:
        """Wait until no command runs, at most so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), seconds)
