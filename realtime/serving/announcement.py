"""What a process says when it begins to serve: a sentence to who started it, or a line of the log for machines."""

import logging

from django.conf import settings

logger = logging.getLogger(__name__)


def report_start(sentence: str) -> None:
    if getattr(settings, "LOG_FORMAT", "text") == "text":
        print(sentence, flush=True)
    else:
        logger.info(sentence)
