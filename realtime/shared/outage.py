"""The state of the database, working or not, with one line in the log when an outage begins and one when it ends."""

import logging
import threading
from time import monotonic

logger = logging.getLogger(__name__)

# A success in between may concern another table, or need no connection from the pool. So the outage has ended once
# nothing has failed for so long.
QUIET_SECONDS = 3.0


class Outage:
    """The outage of this process's database, reported from any thread.

    It logs once for each outage, not for each request.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed_at: float | None = None
        self._began_at = 0.0

    @property
    def is_on(self) -> bool:
        return self._failed_at is not None

    @property
    def level(self) -> int:
        """The log level for a message that only repeats that the database cannot be used."""
        return logging.DEBUG if self.is_on else logging.WARNING

    def report_down(self, error: BaseException) -> None:
        """Report that the database could not be used."""
        with self._lock:
            is_new = self._failed_at is None
            self._failed_at = monotonic()
            if is_new:
                self._began_at = self._failed_at
        if is_new:
            logger.warning(
                "The database cannot be used, so requests and scheduled jobs fail until it works again: %s",
                describe(error),
            )

    def report_up(self) -> None:
        """Report that the database was used successfully."""
        if self._failed_at is None:
            return
        with self._lock:
            if self._failed_at is None or monotonic() - self._failed_at < QUIET_SECONDS:
                return
            seconds = monotonic() - self._began_at
            self._failed_at = None
        logger.warning("The database can be used again, after %.0f s.", seconds)


def describe(error: BaseException) -> str:
    """Return an error's text in one line."""
    return " ".join(str(error).split()) or repr(error)


outage = Outage()
