"""A log filter that leaves one line for a refused request, because its traceback only shows the refusal itself."""

import logging

SERVER_ERROR = 500
SIGNED_OUT = 401  # the answer to a page that checks whether it is signed in, which is no refusal


class RefusalFilter(logging.Filter):
    """Removes the traceback from Django's log records of responses below 500, and makes them warnings."""

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
