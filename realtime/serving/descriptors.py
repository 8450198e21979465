"""The file descriptors of this process: as many as it may have, and two lines in the log when none are left."""

import contextlib
import errno
import logging
import os
import resource
from time import monotonic

logger = logging.getLogger(__name__)

MOST = 65_536
QUIET_SECONDS = 3.0  # Then it is over: in between one may be free for a moment.


def raise_limit() -> None:
    """Let this process have as many file descriptors as it may; the usual soft limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # macOS has a lower bound that it does not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def is_shortage(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


class DescriptorShortage:
    """One a process, told from any thread. Nothing tells of a connection that cannot be accepted, so `check` looks."""

    def __init__(self) -> None:
        self._failed_at: float | None = None

    def report(self) -> None:
        """Note that something could not be opened."""
        is_new, self._failed_at = self._failed_at is None, monotonic()
        if is_new:
            logger.warning("No file descriptor is left: connections are refused, and pages answer 503.")

    def check(self) -> None:
        """Note whether something can be opened now. To be called once a second."""
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            if is_shortage(error):
                self.report()
            return
        if self._failed_at is not None and monotonic() - self._failed_at >= QUIET_SECONDS:
            self._failed_at = None
            logger.warning("There are file descriptors again.")


shortage = DescriptorShortage()
