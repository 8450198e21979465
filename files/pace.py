"""The speed of all uploads, or of all downloads, of an event loop together: faster ones leave messages no time."""

import asyncio

from files.conf import MEGABYTE

PACE_SECONDS = 0.005  # shorter pauses would cost more than they leave to others


class Pace:
    """A number of megabytes a second. A transfer that waits leaves its connection alone, so its client waits, too."""

    def __init__(self, megabytes: float) -> None:
        self._bytes_a_second = megabytes * MEGABYTE
        self._free_at = 0.0

    async def wait(self, size: int) -> None:
        """Wait until there is time for so many bytes more."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(self._free_at, now) + size / self._bytes_a_second
        if self._free_at - now > PACE_SECONDS:
            await asyncio.sleep(self._free_at - now)
