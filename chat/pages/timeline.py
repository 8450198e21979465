"""Messages grouped for a page: by day, and successive ones of an author together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.utils import timezone

from chat.models import Message
from chat.pages.link_previews import show_previews
from chat.pages.message_files import show_files
from chat.text.system_lines import write_line

TOGETHER = timedelta(minutes=5)


def in_days(messages: Iterable[Message]) -> list[tuple[datetime, list[Message]]]:
    """Group messages, in their order, by the reader's day.

    Sets `shown_html`, `shown_files`, and `continues` without a name above.
    """
    days = groupby(messages, key=lambda message: timezone.localtime(message.created_at).date())
    return [(day, mark_continuing(list(messages))) for day, messages in days]


def mark_continuing(messages: list[Message]) -> list[Message]:
    for before, message in zip([None, *messages], messages, strict=False):
        message.continues = before is not None and continues(before, message)
        message.shown_html = shown_html(message)
        message.shown_files = show_files(message)
        message.shown_previews = show_previews(message)
    return messages


def shown_html(message: Message) -> str:
    """Return the HTML of a message; a system line with facts is written in the reader's language."""
    return write_line(message.line, message.author.name) if message.line else message.html


def continues(before: Message, message: Message) -> bool:
    return (
        before.kind == message.kind == Message.Kind.TEXT
        and before.author_id == message.author_id
        and abs(message.created_at - before.created_at) < TOGETHER  # the clock of another server may be behind
    )
