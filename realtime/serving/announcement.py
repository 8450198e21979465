"""The message that a server has started: plain text for a person at the terminal, or a line in a JSON log."""

import logging

from django.conf import settings

logger = logging.getLogger(__name__)


def report_start(sentence: str) -> None:
    if getattr(settings, "LOG_FORMAT", "text") == "text":
        print(sentence, flush=True)
    else:
        logger.info(sentence)
