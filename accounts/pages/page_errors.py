"""Errors in the code of our pages, as browsers report them: one line each in the log."""

import logging
import re
import time

import msgspec

from accounts import allowance
from accounts.pages.view_decorators import json_command
from accounts.pages.views import PersonRequest
from realtime.shared.errors import RateLimited
from realtime.shared.http import read_json
from realtime.shared.rate_limit import Buckets

logger = logging.getLogger(__name__)

# A page reports five at most; somebody who reloads a broken page all day still leaves few lines.
REPORTS_AN_HOUR = 20
# Of everybody together, in this process: a broken release must not fill the disk. One a second, after the first sixty.
all_reports = Buckets(1, 60)
MESSAGE_CHARACTERS = 300
STACK_CHARACTERS = 1_500
PATH_CHARACTERS = 200


class PageError(msgspec.Struct):
    message: str
    stack: str = ""
    path: str = ""


@json_command
def report_page_error(request: PersonRequest) -> dict:
    """Write down an error that a page reports. Raises RateLimited.

    Only for those who are signed in: for anybody it would be a way to fill the log. The line does not name the
    person, and of the address only the kind of page is kept.
    """
    error = read_json(request, PageError)
    sentence = f"Your browser has reported {REPORTS_AN_HOUR} errors in the last hour."
    allowance.spend(request.user.pk, "page_error", REPORTS_AN_HOUR, sentence)
    if wait := all_reports.take("", time.monotonic()):
        raise RateLimited("There are too many reports of errors.", retry_after=wait)
    logger.error(
        "A page's script failed: %s (%s, %s) %s",
        printable_line(error.message, MESSAGE_CHARACTERS),
        re.sub(r"[0-9]+", "N", printable_line(error.path.partition("?")[0], PATH_CHARACTERS)),
        printable_line(request.headers.get("User-Agent", ""), PATH_CHARACTERS),
        printable_line(error.stack, STACK_CHARACTERS),
    )
    return {}


def printable_line(text: str, characters: int) -> str:
    """Return text that makes no second line in a log, and is no command to a terminal."""
    plain = "".join(character if character.isprintable() else " " for character in text[:characters])
    return " ".join(plain.split())
