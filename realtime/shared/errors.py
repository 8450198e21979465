"""The errors that clients get: a closed table, the same as in docs/protocol.md. Apps may add their own.

CommandError
├── BadFrame  Binary  TooLarge          the frame is not valid
├── UnknownType  BadCommand             the command is not valid
├── NotFound  NotSubscribed  Forbidden  the user has no access
├── Invalid  TooManyTopics              the data cannot be accepted
└── RateLimited  Unavailable (OutcomeUnknown)  StorageFull  Internal    the same command may succeed later
"""

from math import ceil
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

type Sentence = str | Promise  # a lazy text (Promise) is translated when it is shown

MINUTES_FROM_SECONDS = 100


class CommandError(Exception):
    """An error that a client gets. `retry`: the same command may succeed later. `status`: the HTTP status."""

    code: ClassVar[str]
    status: ClassVar[int] = 400
    retry: ClassVar[bool] = False
    message: Sentence = ""
    retry_after: float | None = None

    def __init__(self, message: Sentence | None = None, *, retry_after: float | None = None) -> None:
        self.message = message or self.message
        self.retry_after = retry_after
        super().__init__(self.message)

    def as_data(self) -> dict[str, object]:
        """Return the object for `error` in a reply."""
        data: dict[str, object] = {"code": self.code, "message": str(self.message), "retry": self.retry}
        if self.retry_after is not None:
            data["retry_after"] = round(self.retry_after, 1)
        return data


class BadFrame(CommandError):
    code = "bad_frame"
    message = _("A line must be one JSON object with a ref.")


class Binary(CommandError):
    code = "binary"
    message = _("Send text frames.")


class TooLarge(CommandError):
    code = "too_large"
    status = 413
    message = _("This frame is too large.")


class UnknownType(CommandError):
    code = "unknown_type"
    message = _("There is no such command here.")


class BadCommand(CommandError):
    code = "bad_command"
    message = _("The command's fields are wrong.")


class NotFound(CommandError):
    code = "not_found"
    status = 404
    message = _("That doesn't exist, or you don't have access to it.")


class NotSubscribed(CommandError):
    code = "not_subscribed"
    message = _("Subscribe to the topic first.")


class Forbidden(CommandError):
    code = "forbidden"
    status = 403
    message = _("You don't have permission to do this.")


class Invalid(CommandError):
    code = "invalid"
    message = _("This cannot be saved as it is.")


class TooManyTopics(CommandError):
    code = "too_many_topics"
    message = _("This connection has subscribed to too many topics.")


class RateLimited(CommandError):
    code = "rate_limited"
    status = 429
    retry = True
    message = _("You're doing this too quickly.")

    def __init__(self, message: Sentence | None = None, *, retry_after: float) -> None:
        sentence = format_lazy("{} {}", message or self.message, _wait_in_words(retry_after))
        super().__init__(sentence, retry_after=retry_after)


class Unavailable(CommandError):
    code = "unavailable"
    status = 503
    retry = True
    message = _("The database does not answer. Nothing was stored; try again.")


class OutcomeUnknown(Unavailable):
    """The database's answer did not come in time, or the connection broke before it, perhaps after the COMMIT."""

    message = _("The database did not answer. Whether this was stored is not known: send it again, with the same key.")


class StorageFull(CommandError):
    code = "storage_full"
    status = 507
    retry = True
    message = _("The server's disk is full. Nothing was stored.")


class Internal(CommandError):
    code = "internal"
    status = 500
    retry = True
    message = _("Something went wrong on the server. The details are in its log.")


def _wait_in_words(seconds: float) -> Sentence:
    if seconds < MINUTES_FROM_SECONDS:
        return format_lazy(_("Try again in {} s."), max(1, ceil(seconds)))
    return format_lazy(_("Try again in {} min."), ceil(seconds / 60))
