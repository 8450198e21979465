"""One line in the log for a request that was refused: a traceback would tell of nothing but the refusal."""

import logging

SERVER_ERROR = 500
SIGNED_OUT = 401  # the answer to a page that asks who is signed in, and no refusal of anything


class RefusalFilter(logging.Filter):
    """Take the traceback from what Django logs of an answer below 500, and call it a warning."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and getattr(record, "status_code", 0) == SIGNED_OUT:
            return False
        if is_of_a_refusal(record):
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def is_of_a_refusal(record: logging.LogRecord) -> bool:
    if record.name.startswith("django.security."):
        return True
    status = getattr(record, "status_code", SERVER_ERROR)
    return record.name == "django.request" and status < SERVER_ERROR
