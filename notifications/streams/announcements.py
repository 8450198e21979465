"""Services for announcements, which everybody sees above the page until they expire."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications.destinations import is_destination
from notifications.models import Announcement
from notifications.streams.events import EVERYBODY, announcement_event
from realtime.engine.publish import publish
from realtime.engine.sequences import next_values
from realtime.shared.texts import lazy_text as _


def current_announcements(user: AbstractBaseUser) -> QuerySet[Announcement]:
    """Return the announcements that a user sees now, newest first."""
    current = Announcement.objects.filter(expires_at__gt=timezone.now())
    return current.exclude(dismissed_by=user.pk).order_by("-pk")


def make_announcement(
    text: str, expires_at: datetime, url: str = "", by: AbstractBaseUser | None = None
) -> Announcement:
    """Publish an announcement to all users until it expires. Raises ValidationError."""
    announcement = Announcement(text=text, expires_at=expires_at, url=url, created_by_id=by.pk if by else None)
    save_announcement(announcement)
    # Dismissals of expired announcements are no longer needed.
    Announcement.dismissed_by.through.objects.filter(announcement__expires_at__lt=timezone.now()).delete()
    return announcement


def change_announcement(announcement: Announcement, **changes: object) -> None:
    """Change fields of an announcement and publish it again. Raises ValidationError."""
    for field, value in changes.items():
        setattr(announcement, field, value)
    save_announcement(announcement)


def end_announcement(announcement: Announcement) -> None:
    """End an announcement now."""
    announcement.expires_at = timezone.now()
    publish_state(announcement)


def dismiss_announcement(user: AbstractBaseUser, announcement_id: int) -> None:
    """Hide an announcement for a user on all devices. An unknown id is ignored."""
    announcement = Announcement.objects.filter(pk=announcement_id).first()
    if announcement is not None:
        announcement.dismissed_by.add(user.pk)


def save_announcement(announcement: Announcement) -> None:
    announcement.text = announcement.text.strip()
    announcement.full_clean(exclude=["created_by"])
    if announcement.url and not is_destination(announcement.url):
        raise ValidationError({"url": _("Enter a path of this site or an http(s) address.")})
    if announcement.expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("Choose a time in the future.")})
    publish_state(announcement)


@transaction.atomic
def publish_state(announcement: Announcement) -> None:
    """Number the announcement's present state, save and publish it."""
    announcement.seq = next_values({EVERYBODY: 1})[EVERYBODY][0]
    announcement.save()
    announcement.refresh_from_db(fields=["created_at"])
    publish([announcement_event(announcement)])
