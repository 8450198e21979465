"""The rows of a room's timeline as the server renders them. static/js/helpers/timeline-rows.js makes the same ones."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from django.utils import timezone

from accounts.pages.local_time import day_name
from chat.models import Message
from chat.pages.link_previews import show_previews
from chat.pages.message_files import show_files
from chat.pages.timeline import continues, shown_html
from chat.text.outside_links import find_linked_messages
from realtime.shared.events import moment


def make_rows(
    messages: Iterable[Message],
    user_id: int,
    new_after: int | None = None,
    *,
    linked: Iterable[dict] = (),
    site: str = "",
    states: Iterable[dict] = (),
) -> Iterator[dict]:
    """Yield the rows from top to bottom: days, the "New" line, system lines and messages.

    A message continues the one above if the same author wrote both within five minutes, without a row between them.
    `states`: the payloads of the messages, with the reactions of this reader marked.
    `linked`: the messages to which they link by the address of this `site`, for this reader.
    """
    found = {(each["room"], each["posted_seq"]): each for each in linked}
    reactions = {state["id"]: state.get("reactions") for state in states}
    day: date | None = None
    before: Message | None = None
    for message in messages:
        at = timezone.localtime(message.created_at)
        if at.date() != day:
            day, before = at.date(), None
            yield {"kind": "day", "at": day.isoformat(), "name": day_name(day)}
        if new_after is not None and is_new(message, new_after, user_id):
            new_after = before = None
            yield {"kind": "new"}
        yield {
            "kind": "system" if message.kind == Message.Kind.SYSTEM else "message",
            "message": message,
            "moment": moment(message.created_at),
            "continues": before is not None and continues(before, message),
            "mentions_me": mentions(message, user_id),
            "html": mark_mentions(shown_html(message), user_id),
            "files": show_files(message),
            "previews": show_previews(message, linked_by(message, site, found)),
            "reactions": reactions.get(message.pk) or (),
        }
        before = message


def linked_by(message: Message, site: str, found: Mapping[tuple[int, int], dict]) -> list[dict]:
    """Return those of the found messages to which a message links."""
    places = find_linked_messages(message.html, site) if found else []
    return [with_day(found[place]) for place in places if place in found]


def with_day(linked: dict) -> dict:
    at = timezone.localtime(datetime.fromisoformat(linked["created_at"]))
    return linked | {"at": at, "day": day_name(at.date())}


def find_new_after(entry: dict, messages: list[Message], *, more_before: bool) -> int | None:
    """Return the posted_seq after which messages are new; None if none are, or if the first of them is not shown."""
    read = entry["last_read_seq"]
    is_shown = not more_before or bool(messages and messages[0].posted_seq <= read)
    return read if entry["unread"] and is_shown else None


def is_new(message: Message, new_after: int, user_id: int) -> bool:
    return message.posted_seq > new_after and message.kind == Message.Kind.TEXT and message.author_id != user_id


def mentions(message: Message, user_id: int) -> bool:
    return user_id in message.mention_ids or (message.everybody and message.author_id != user_id)


def mark_mentions(html: str, user_id: int) -> str:
    """Add a class to mentions of the reader. Only chat/text/formatting.py writes these attributes: text has no ">"."""
    for name, rest in (("mention", f' data-user="{user_id}">'), ("mention everybody", ">")):
        html = html.replace(f'class="{name}"{rest}', f'class="{name} you"{rest}')
    return html
