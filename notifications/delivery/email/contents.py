"""The email about one or many notifications, as text and as HTML."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.identity.languages import in_language_of
from accounts.identity.people import email_of, name_of
from notifications.delivery.batches import Batch, name_several, titled
from notifications.delivery.email.unsubscribe_links import EVERYTHING, unsubscribe_url
from notifications.delivery.links import absolute, find_path, inbox_path, link_to, site_host, site_name
from notifications.groups import find_labels
from notifications.kinds import find_or_generic
from notifications.models import Notification
from notifications.rules.stored_rules import find_zone
from realtime.shared.texts import lazy_text as _

MOST_ITEMS = 50
PRIVATE = _("Private")
HIDDEN = _("Open it to read more.")


@dataclass
class EmailItem:
    """One notification in the email."""

    title: str
    body: str
    url: str
    at: datetime


@dataclass
class Section:
    """The items of one group or kind."""

    name: str
    items: list[EmailItem] = field(default_factory=list)


def write_email(batch: Batch) -> EmailMultiAlternatives:
    """Return one email about a user's whole batch, in the user's language."""
    with in_language_of(batch.user):
        return write_in_this_language(batch)


def write_in_this_language(batch: Batch) -> EmailMultiAlternatives:
    sections = sections_of(batch)
    scope = batch.rows[0].kind if len({row.kind for row in batch.rows}) == 1 else EVERYTHING
    stop = unsubscribe_url(batch.user.pk, scope)
    context = {
        "subject": subject_of(batch, sections),
        "preview": preview_of(sections),
        "name": name_of(batch.user),
        "sections": sections,
        "is_one": len(batch.rows) == 1,
        "more": max(0, len(batch.rows) - MOST_ITEMS),
        "site_name": site_name(),
        "inbox_url": absolute(inbox_path()),
        "preferences_url": absolute(find_path("notification_preferences") or inbox_path()),
        "unsubscribe_url": stop,
        "scope_label": "" if scope == EVERYTHING else find_or_generic(scope).label,
    }
    with timezone.override(find_zone(getattr(batch.user, "time_zone", ""))):
        text = render_to_string("notifications/email/message.txt", context)
        html = render_to_string("notifications/email/message.html", context)
    email = EmailMultiAlternatives(
        subject=f"[{site_name()}] {context['subject']}",
        body=text,
        to=[email_of(batch.user)],
        headers=headers_of(batch.rows, stop),
    )
    email.attach_alternative(html, "text/html")
    return email


def headers_of(rows: Sequence[Notification], stop: str) -> dict[str, str]:
    """Return headers for email programs. The Message-ID is the same if the email is sent again after a crash."""
    ids = " ".join(str(row.pk) for row in rows)
    digest = hashlib.sha256(f"{rows[0].user_id} {ids}".encode()).hexdigest()[:32]
    return {
        "Message-ID": f"<{digest}@{site_host()}>",
        "List-Id": f"<notifications.{site_host()}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def sections_of(batch: Batch) -> list[Section]:
    """Return the sections by group, in the order of their first notification."""
    shown = batch.rows[-MOST_ITEMS:]
    labels = find_labels(batch.user.pk, {row.group for row in shown if not batch.hides(row)})
    sections: dict[str, Section] = {}
    for row in shown:
        kind = find_or_generic(row.kind)
        label = labels.get(row.group)
        name = str(PRIVATE if batch.hides(row) else label.name if label else kind.label)
        item = hide(row, str(kind.label)) if batch.hides(row) else make_item(row, alone=len(batch.rows) == 1)
        sections.setdefault(name, Section(name)).items.append(item)
    return list(sections.values())


def make_item(row: Notification, *, alone: bool) -> EmailItem:
    return EmailItem(titled(row) if alone else row.title, row.body, link_to(row), row.created_at)


def hide(row: Notification, label: str) -> EmailItem:
    """Return an item that shows only the kind, for a notification of a private room."""
    return EmailItem(label, str(HIDDEN), link_to(row), row.created_at)


def subject_of(batch: Batch, sections: Sequence[Section]) -> str:
    """Return the subject, as one line."""
    if len(batch.rows) == 1:
        return write_on_one_line(sections[0].items[0].title)
    return write_on_one_line(name_several(len(batch.rows), sections[0].name if len(sections) == 1 else ""))


def preview_of(sections: Sequence[Section]) -> str:
    """Return the preview that email programs show after the subject."""
    items = [item for section in sections for item in section.items]
    return write_on_one_line(items[0].body if len(items) == 1 else " · ".join(item.title for item in items[:3]))


def write_on_one_line(text: str) -> str:
    return " ".join(text.split())
