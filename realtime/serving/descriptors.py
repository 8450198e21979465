"""The limit of file descriptors of this process, and the log lines when none are left."""

import contextlib
import errno
import logging
import os
import resource
from time import monotonic

logger = logging.getLogger(__name__)

MOST = 65_536
QUIET_SECONDS = 3.0  # Without an error for so long the shortage is over; one may be free for a moment in between.


def raise_limit() -> None:
    """Raise this process's soft limit of file descriptors, which is usually 1,024, to its hard limit or MOST."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # macOS has a lower limit, which it does not report
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def is_shortage(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


class DescriptorShortage:
    """A shortage in this process, reported from any thread.

    A failing accept() raises nothing here; so `check` probes.
    """

    def __init__(self) -> None:
        self._failed_at: float | None = None

    def report(self) -> None:
        """Report that something could not be opened."""
        is_new, self._failed_at = self._failed_at is None, monotonic()
        if is_new:
            logger.warning(
                "No file descriptors are left: connections are refused, and pages answer 503."
                " Raise the limit (`ulimit -n`)."
            )

    def check(self) -> None:
        """Check whether a file can be opened now. Call it once a second."""
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            if is_shortage(error):
                self.report()
            return
        if self._failed_at is not None and monotonic() - self._failed_at >= QUIET_SECONDS:
            self._failed_at = None
            logger.warning("File descriptors are available again.")


shortage = DescriptorShortage()
