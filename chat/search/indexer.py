"""The indexer: a process that keeps the index up to date beside the processes that serve.

In a thread it would take the interpreter from the posts: with a message each 10 ms, the slowest of a hundred deliveries
took half as long again.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from django.conf import settings

from chat.search.indexing import (
    begin_history,
    count_changes,
    find_gone_rooms,
    forget_rooms,
    index_some,
    read_heads,
)
from realtime.shared.scheduler import scheduler
from search.errors import IndexUnavailable
from search.index import Index, site_index

logger = logging.getLogger(__name__)

# How many times as long as it worked the indexer pauses. A busy processor slows the other one, and so deliveries: while
# people post, the indexer takes 5 % of a processor, enough for 300 messages a second.
REST, REST_WHILE_POSTED = 3, 19
LOOK_SECONDS = 1.0
# A process takes half a second of a processor to start, and 70 MB while it lives.
IDLE_SECONDS = 60.0
# Each search reads the messages that are not indexed yet. 100 take 25 ms.
FEW_CHANGES = 100
# The file of the index has a deleted text until it is indexed again: no longer than this where little is posted.
FEW_WAIT_SECONDS = 3600
TURN_SECONDS = 10  # One indexer works for the whole site. If its server is killed, the next may start after so long.
UNAVAILABLE_SECONDS = 10  # between two lines in the log
LOWEST_PRIORITY = 19


def run_indexer() -> None:
    """Start the indexer if there is enough to index and no process of the site does so, and wait for its end.

    A scheduled job. An index that is locked, or on a disk that is full, is tried again at the next run.
    """
    try:
        index = site_index()
        begin_history(index)
        # Most of the time little has changed, and the job only reads.
        if is_needed(index) and index.take_turn(TURN_SECONDS):
            pause.begin()
            watch_indexer(index)
    except IndexUnavailable as error:
        wait_for_the_index(error)


class Pause:
    """The time since this process started the indexer, or was started itself."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._begun = time.monotonic()

    @property
    def is_long(self) -> bool:
        return time.monotonic() - self._begun > FEW_WAIT_SECONDS


pause = Pause()


def is_needed(index: Index) -> bool:
    """Say whether many messages have changed, or some an hour ago, or a room was deleted."""
    return count_changes(index) >= (1 if pause.is_long else FEW_CHANGES) or bool(find_gone_rooms(index))


def watch_indexer(index: Index) -> None:
    """Run the indexer until it ends, which it does when its standard input is closed: also if this process dies."""
    try:
        with start_indexer() as process:
            while process.poll() is None and not scheduler.is_stopping:
                time.sleep(LOOK_SECONDS)
    finally:
        index.end_turn()


def start_indexer() -> subprocess.Popen:
    path = os.pathsep.join(folder for folder in [str(Path.cwd()), *sys.path] if folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "follow_messages"],
        stdin=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
        process_group=0,  # a terminal's Ctrl-C is for the server, which ends the indexer
    )
    give_way(process.pid)
    return process


def give_way(pid: int) -> None:
    """Give this process the processor only while nobody else wants it.

    A low priority alone is not enough: Linux lets it finish its turn of 3 ms before a post goes on.
    """
    if sys.platform == "linux":
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.setpriority(os.PRIO_PROCESS, pid, LOWEST_PRIORITY)


def follow_messages(stop: threading.Event) -> None:
    """Index changes, until `stop` is set or nothing has changed for a minute. The work of the indexer."""
    index = site_index()
    idle_since = time.monotonic()
    while not stop.is_set() and time.monotonic() - idle_since < IDLE_SECONDS:
        try:
            index.extend_turn(TURN_SECONDS)
            forget_rooms(index)
            while not stop.is_set() and index_and_rest(index):
                idle_since = time.monotonic()
                index.extend_turn(TURN_SECONDS)
        except IndexUnavailable as error:
            wait_for_the_index(error)
        stop.wait(LOOK_SECONDS)


def index_and_rest(index: Index) -> bool:
    begun, before = time.process_time(), sum(read_heads().values())
    has_indexed = index_some(index)
    worked = time.process_time() - begun
    time.sleep(REST * worked)
    if sum(read_heads().values()) > before:
        time.sleep((REST_WHILE_POSTED - REST) * worked)
    return has_indexed


def wait_for_the_index(error: IndexUnavailable) -> None:
    logger.warning("The search index cannot be written (%s). It is tried again.", error)
    time.sleep(UNAVAILABLE_SECONDS)
