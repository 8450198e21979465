"""Whether the database is out of order, said in the log once when it goes and once when it is back."""

import logging
import threading
from time import monotonic

logger = logging.getLogger(__name__)

# What works in between may be another table, or need no connection of the pool: it is back when nothing has failed
# for so long.
QUIET_SECONDS = 3.0


class Outage:
    """One a process, told from any thread. One line for each outage, not one for each request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed_at: float | None = None
        self._began_at = 0.0

    @property
    def is_on(self) -> bool:
        return self._failed_at is not None

    @property
    def level(self) -> int:
        """The level of a line that would only say once more that the database cannot be used."""
        return logging.DEBUG if self.is_on else logging.WARNING

    def report_down(self, error: BaseException) -> None:
        """Note that the database could not be used."""
        with self._lock:
            is_new = self._failed_at is None
            self._failed_at = monotonic()
            if is_new:
                self._began_at = self._failed_at
        if is_new:
            logger.warning("The database cannot be used: %s", describe(error))

    def report_up(self) -> None:
        """Note that it could."""
        if self._failed_at is None:
            return
        with self._lock:
            if self._failed_at is None or monotonic() - self._failed_at < QUIET_SECONDS:
                return
            seconds = monotonic() - self._began_at
            self._failed_at = None
        logger.warning("The database can be used again, after %.0f s.", seconds)


def describe(error: BaseException) -> str:
    """Return what an error says, in one line."""
    return " ".join(str(error).split()) or repr(error)


outage = Outage()
