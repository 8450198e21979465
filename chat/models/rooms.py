"""Rooms and their members. The tables are the history: a row's `seq` is the number of its last change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.names.folded_fields import FoldedField, FoldedModel
from accounts.names.folded_text import fold
from chat.models.querysets import RoomQuerySet
from realtime.shared.texts import lazy_text as _


class Room(FoldedModel):
    """A public room, a private room, or a direct conversation, which has no name and is found by its `direct_key`."""

    class Kind(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"
        DIRECT = "direct"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.PUBLIC)
    name = models.CharField(max_length=80, blank=True)
    topic = models.CharField(max_length=250, blank=True)
    folded_name = FoldedField(sources=("name",), form=fold, max_length=300)
    search_text = FoldedField(sources=("name", "topic"), max_length=2000)
    direct_key = models.CharField(
        max_length=200, null=True, unique=True, editable=False, help_text="The people's ids in order: 3-17-42."
    )
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Whether pages that messages link to are fetched for previews. None: only in a public room.
    link_previews = models.BooleanField(null=True, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # Not for private rooms: the error would reveal that a private room with this name exists.
                fields=["folded_name"],
                condition=Q(kind="public"),
                name="room_name_unique",
                violation_error_message="A public room with this name is already there.",
            ),
        ]

    @property
    def has_link_previews(self) -> bool:
        return self.kind == self.Kind.PUBLIC if self.link_previews is None else self.link_previews

    def __str__(self) -> str:
        return self.name or f"direct {self.direct_key}"


class Membership(models.Model):
    """One user in one room. The row stays when the user leaves, because a `member` event is made of it."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MODERATOR = "moderator", _("Moderator")
        MEMBER = "member", _("Member")

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role, default=Role.MEMBER)
    active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())
    last_read_seq = models.PositiveBigIntegerField(default=0, help_text="posted_seq of the last message seen.")
    seq = models.PositiveBigIntegerField(default=0, help_text="Its last change in the room's log.")
    person_seq = models.PositiveBigIntegerField(default=0, help_text="Its last change in the person's own log.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="membership_unique")]
        indexes = [
            models.Index(fields=["room", "seq"]),
            models.Index(fields=["user", "person_seq"]),
            models.Index(fields=["user"], condition=Q(active=True), name="membership_active"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"
