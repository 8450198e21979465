"""Ends a process whose event loop stands still for good, and says where: a supervisor starts it anew.

It answers nobody then, heartbeats included, but its listening socket goes on taking connections in. faulthandler's own
timer would not do: it ends a process that was only suspended, and went on.
"""

import asyncio
import faulthandler
import logging
import os
import threading
from time import sleep

logger = logging.getLogger(__name__)

STUCK_SECONDS = 60  # Twice as long as a client waits for a heartbeat: nobody is left who would notice.
LOOK_SECONDS = 1.0


def watch(loop: asyncio.AbstractEventLoop, *, looks: int = STUCK_SECONDS, seconds: float = LOOK_SECONDS) -> None:
    """Look after a loop from a thread of its own, and end the process when it has not moved for so many looks."""
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
                return  # it has closed
        elif missed == looks:
            _end_process(looks * seconds)
        sleep(seconds)
        missed += 1


def _end_process(seconds: float) -> None:
    logger.critical("The server has done nothing for %.0f s, and is ended. Where it stands follows.", seconds)
    faulthandler.dump_traceback(all_threads=True)
    os._exit(1)
