"""A queue of account emails, sent after the response: the time that they take would show who has an account."""

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

# A mail server that is down takes ten seconds for each. Further emails are dropped, because people ask again.
EMAILS_WAITING = 100

type Work = Callable[[HttpRequest], object]


class EmailQueue:
    """A bounded queue, and one thread that sends its emails in order.

    A process that stops loses the emails that wait.
    """

    def __init__(self, most: int = EMAILS_WAITING) -> None:
        self.waiting: queue.Queue[tuple[HttpRequest, Work]] = queue.Queue(most)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, request: HttpRequest, work: Work) -> None:
        try:
            self.waiting.put_nowait((request, work))
        except queue.Full:
            logger.warning("Dropped an email about an account: %s are waiting already", self.waiting.maxsize)
        else:
            self.start()

    def start(self) -> None:
        """Start the thread if it does not run. The first email starts it, so after the server has forked."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_all, name="account-emails", daemon=True)
                self._thread.start()

    def _send_all(self) -> None:
        while True:
            request, work = self.waiting.get()
            try:
                with context.request_context(request):
                    work(request)
            except Exception:  # An error would end the thread, and the next emails must be sent, too.
                logger.exception("Could not send an email about an account")
            finally:
                connections.close_all()
                self.waiting.task_done()


emails = EmailQueue()


def send_later(request: HttpRequest, work: Work) -> None:
    """Run `work`, which looks up the recipient and sends an email, after the page has answered."""
    if settings.ACCOUNTS_EMAIL_LATER:
        emails.add(request, in_language(translation.get_language(), work))
    else:
        work(request)


def in_language(language: str | None, work: Work) -> Work:
    """Return work that runs in a language, because the queue's thread has no request to take it from."""

    def do(request: HttpRequest) -> None:
        with translation.override(language):
            work(request)

    return do
