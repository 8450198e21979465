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
    """Return what a person sees now, newest first."""
    current = Announcement.objects.filter(expires_at__gt=timezone.now())
    return current.exclude(dismissed_by=user.pk).order_by("-pk")


def make_announcement(
    text: str, expires_at: datetime, url: str = "", by: AbstractBaseUser | None = None
) -> Announcement:
    """Announce something to everybody, now and until it expires. Raises ValidationError for what cannot be."""
    announcement = Announcement(text=text, expires_at=expires_at, url=url, created_by_id=by.pk if by else None)
    save(announcement)
    # Who dismissed one that nobody sees any more need not be kept.
    Announcement.dismissed_by.through.objects.filter(announcement__expires_at__lt=timezone.now()).delete()
    return announcement


def change_announcement(announcement: Announcement, **changes: object) -> None:
    """Change what is given; everybody sees it at once. Raises ValidationError for what cannot be."""
    for field, value in changes.items():
        setattr(announcement, field, value)
    save(announcement)


def end_announcement(announcement: Announcement) -> None:
    """Take an announcement back from everybody, now."""
    announcement.expires_at = timezone.now()
    tell(announcement)


def dismiss_announcement(user: AbstractBaseUser, announcement_id: int) -> None:
    """Show a person that announcement no more, on any device. One that is not there is not shown either."""
    announcement = Announcement.objects.filter(pk=announcement_id).first()
    if announcement is not None:
        announcement.dismissed_by.add(user.pk)


def save(announcement: Announcement) -> None:
    announcement.text = announcement.text.strip()
    announcement.full_clean(exclude=["created_by"])
    if announcement.url and not is_destination(announcement.url):
        raise ValidationError({"url": _("An announcement leads to a path or an http(s) address.")})
    if announcement.expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("Choose a time that is still to come.")})
    tell(announcement)


@transaction.atomic
def tell(announcement: Announcement) -> None:
    """Number the announcement as it now is, save and publish it."""
    announcement.seq = next_values({EVERYBODY: 1})[EVERYBODY][0]
    announcement.save()
    announcement.refresh_from_db(fields=["created_at"])
    publish([announcement_event(announcement)])
