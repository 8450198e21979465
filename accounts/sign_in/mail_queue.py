"""Mails that are written after the page has answered: how long they take would tell who has an account."""

import logging
import queue
import threading
from collections.abc import Callable

from allauth.core import context
from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.utils import translation

logger = logging.getLogger(__name__)

# A mail server that is down takes ten seconds for each. What is more is dropped: people ask again.
MAILS_WAITING = 100

type Work = Callable[[HttpRequest], object]


class MailQueue:
    """What waits, and the one thread that sends it in the order that it was asked for.

    A process that is stopped forgets what waits.
    """

    def __init__(self, most: int = MAILS_WAITING) -> None:
        self.waiting: queue.Queue[tuple[HttpRequest, Work]] = queue.Queue(most)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, request: HttpRequest, work: Work) -> None:
        try:
            self.waiting.put_nowait((request, work))
        except queue.Full:
            logger.warning("A mail about an account was dropped: %s wait already", self.waiting.maxsize)
        else:
            self.start()

    def start(self) -> None:
        """Start the thread, if it does not run: with the first mail, so after a server has made its processes."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_all, name="account-mails", daemon=True)
                self._thread.start()

    def _send_all(self) -> None:
        while True:
            request, work = self.waiting.get()
            try:
                with context.request_context(request):
                    work(request)
            except Exception:  # Nobody waits for this thread, and the next mail must go.
                logger.exception("A mail about an account could not be sent")
            finally:
                connections.close_all()
                self.waiting.task_done()


mails = MailQueue()


def send_later(request: HttpRequest, work: Work) -> None:
    """Have `work` look for whom a mail is, and send it, after the page has answered."""
    if settings.ACCOUNTS_MAIL_LATER:
        mails.add(request, in_language(translation.get_language(), work))
    else:
        work(request)


def in_language(language: str | None, work: Work) -> Work:
    """Return work that is done in a language: the thread that does it has none of a request."""

    def do(request: HttpRequest) -> None:
        with translation.override(language):
            work(request)

    return do
