"""The watchdog: it ends a process whose event loop is blocked for a minute, and logs where, so that it is restarted.

Such a process answers no client, but its listening socket still accepts connections. faulthandler's own timer cannot
be used, because it would also end a process that was only suspended and continues.
"""

import asyncio
import faulthandler
import logging
import os
import threading
from time import sleep

logger = logging.getLogger(__name__)

STUCK_SECONDS = 60  # Twice as long as a client waits for a heartbeat: by then all clients have left.
LOOK_SECONDS = 1.0


def watch(loop: asyncio.AbstractEventLoop, *, looks: int = STUCK_SECONDS, seconds: float = LOOK_SECONDS) -> None:
    """Watch a loop from a separate thread, and end the process when the loop has not moved during so many checks."""
    arguments = (loop, looks, seconds)
    threading.Thread(target=_watch, args=arguments, name="watchdog", daemon=True).start()


def _watch(loop: asyncio.AbstractEventLoop, looks: int, seconds: float) -> None:
    has_moved = threading.Event()
    has_moved.set()
    missed = 0
    while True:
        if has_moved.is_set():
            has_moved.clear()
            missed = 0
            try:
                loop.call_soon_threadsafe(has_moved.set)
            except RuntimeError:
                return  # the loop is closed
        elif missed == looks:
            _end_process(looks * seconds)
        sleep(seconds)
        missed += 1


def _end_process(seconds: float) -> None:
    logger.critical(
        "The server's event loop has been blocked for %.0f s, so the process is ended."
        " The stacks of its threads follow.",
        seconds,
    )
    faulthandler.dump_traceback(all_threads=True)
    os._exit(1)
