"""The content of a push: title, body, URL, and the tag by which a newer push replaces it on the device."""

from collections.abc import Sequence

from accounts.identity.languages import in_language_of
from notifications.delivery.batches import Batch, name_several, titled
from notifications.delivery.links import inbox_path, path_to
from notifications.groups import find_labels
from notifications.kinds import find_or_generic
from notifications.models import Notification
from realtime.shared.texts import lazy_text as _

SEVERAL = "several"
LINES = 3
HIDDEN = _("Open it to read more.")


def payload_of(batch: Batch, rows: Sequence[Notification], unread: int) -> dict:
    """Return the payload of one push about these notifications, in the user's language.

    Push services accept 4 KiB, which a title and three lines fit into.
    """
    about = {"ids": [row.pk for row in rows], "unread": unread}
    with in_language_of(batch.user):
        return {**words_of(batch, rows), **about}


def words_of(batch: Batch, rows: Sequence[Notification]) -> dict:
    if len(rows) == 1:
        return one(batch, rows[0])
    tags = {tag_of(row) for row in rows}
    return of_one_group(batch, rows) if len(tags) == 1 else of_several(batch, rows)


def tag_of(row: Notification) -> str:
    return row.group or f"notification.{row.pk}"


def one(batch: Batch, row: Notification) -> dict:
    title, body = (str(find_or_generic(row.kind).label), str(HIDDEN)) if batch.hides(row) else (titled(row), row.body)
    # `url` is for an open page, `open` for a new one, which also marks it as read.
    where = {"url": row.url or inbox_path(), "open": path_to(row)}
    return {"title": title, "body": body, **where, "tag": tag_of(row)}


def of_one_group(batch: Batch, rows: Sequence[Notification]) -> dict:
    group, newest = rows[0].group, rows[-1]
    label = None if batch.hides(newest) else find_labels(batch.user.pk, [group]).get(group)
    title = name_several(len(rows), label.name if label else "")
    return {"title": title, "body": lines(batch, rows), "url": newest.url or inbox_path(), "tag": tag_of(newest)}


def of_several(batch: Batch, rows: Sequence[Notification]) -> dict:
    title = name_several(len(rows), "")
    return {"title": title, "body": lines(batch, rows), "url": inbox_path(), "tag": SEVERAL}


def lines(batch: Batch, rows: Sequence[Notification]) -> str:
    """Return the newest titles, one on each line."""
    titles = [str(find_or_generic(row.kind).label) if batch.hides(row) else row.title for row in rows]
    return "\n".join(dict.fromkeys(reversed(titles[-LINES:])))
