"""Invitation links: anyone who opens one may join its rooms."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from chat.models.rooms import Membership, Room

KEY_BYTES = 16
ROOMS_OF_LINK = 20


def make_invitation_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


class InvitationLinkQuerySet(models.QuerySet):
    def usable(self) -> "InvitationLinkQuerySet":
        """Leave out links that have expired or are used up, and those of deactivated users."""
        is_current = Q(expires_at=None) | Q(expires_at__gt=Now())
        is_left = Q(most_uses=None) | Q(uses__lt=F("most_uses"))
        return self.filter(is_current, is_left, by__is_active=True)


class InvitationLink(models.Model):
    """A link to join rooms, in the name of its creator.

    It works in those rooms to which they may invite at that moment. A revoked link has no row. The key is stored as it
    is, because its creator can copy the link again.
    """

    key = models.CharField(max_length=43, unique=True, default=make_invitation_key, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rooms = models.ManyToManyField(Room, related_name="invitation_links")
    role = models.CharField(max_length=9, choices=Membership.Role, default=Membership.Role.MEMBER)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True, help_text="Empty: never.")
    most_uses = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: any number.")
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    objects = InvitationLinkQuerySet.as_manager()

    class Meta:
        permissions = [("invite_newcomers", "Can invite people without an account while sign-up is closed")]

    def __str__(self) -> str:
        return f"invitation link {self.pk}"
