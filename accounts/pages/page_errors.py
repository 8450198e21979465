"""Errors in the scripts of pages, as browsers report them: one line each in the log."""

import logging
import re

import msgspec

from accounts.pages.view_decorators import json_command
from accounts.pages.views import PersonRequest
from realtime.shared.http import read_json
from realtime.shared.rate_limit import HOUR_SECONDS, ProcessRateLimit, SharedRateLimit

logger = logging.getLogger(__name__)

# A page reports at most five. The limit is for a user who reloads a broken page all day.
reports = SharedRateLimit("page_error", 20, HOUR_SECONDS, "Your browser reports too many errors.")
# Of all users in this process, because a broken release must not fill the disk: sixty at once, then one a second.
all_reports = ProcessRateLimit(1, 1, "All browsers together report too many errors.", burst=60)
MESSAGE_CHARACTERS = 300
STACK_CHARACTERS = 1_500
PATH_CHARACTERS = 200


class PageError(msgspec.Struct):
    message: str
    stack: str = ""
    path: str = ""


@json_command
def report_page_error(request: PersonRequest) -> dict:
    """Log an error that a page reports. Raises RateLimited.

    Only for signed-in users, because otherwise anybody could fill the log. The line does not contain the user, and
    of the page's address neither query nor numbers.
    """
    error = read_json(request, PageError)
    reports.spend(request.user.pk)
    all_reports.spend()
    logger.error(
        "A page's script failed: %s (%s, %s) %s",
        printable_line(error.message, MESSAGE_CHARACTERS),
        re.sub(r"[0-9]+", "N", printable_line(error.path.partition("?")[0], PATH_CHARACTERS)),
        printable_line(request.headers.get("User-Agent", ""), PATH_CHARACTERS),
        printable_line(error.stack, STACK_CHARACTERS),
    )
    return {}


def printable_line(text: str, characters: int) -> str:
    """Return the text on one line, without characters that could be commands to a terminal."""
    plain = "".join(character if character.isprintable() else " " for character in text[:characters])
    return " ".join(plain.split())
