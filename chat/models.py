"""Rooms, who is in them, and what was said. The tables are the history: a row's `seq` is its last change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import cached_property

from accounts.names.folded_fields import FoldedField, FoldedModel
from accounts.names.folded_text import fold
from chat.querysets import MessageQuerySet, RoomQuerySet
from realtime.shared.texts import lazy_text as _


class Room(FoldedModel):
    """A place to talk. A direct conversation is a room without a name, found by its `direct_key`."""

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

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # Not among private rooms: the refusal would tell outsiders that there is one of that name.
                fields=["folded_name"],
                condition=Q(kind="public"),
                name="room_name_unique",
                violation_error_message="A public room with this name is already there.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"direct {self.direct_key}"


class Membership(models.Model):
    """One person in one room. The row stays when the person leaves, so that the log can tell it."""

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


class Message(models.Model):
    """What was said. `posted_seq` is its place on the screen for ever, `seq` its last change."""

    class Kind(models.TextChoices):
        TEXT = "text"
        SYSTEM = "system"

    # Without indexes of their own: those below begin with them, and each more is a page to write for every post.
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    key = models.UUIDField(null=True, help_text="The client's own id, one for ever; none on a system line.")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    everybody = models.BooleanField(default=False, help_text="It says @room: it mentions all who are in the room.")
    posted_seq = models.PositiveBigIntegerField()
    seq = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    delete_reason = models.CharField(max_length=250, blank=True)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Mention", related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="message_key_unique"),
            models.UniqueConstraint(fields=["room", "posted_seq"], name="message_posted_seq_unique"),
        ]
        indexes = [
            models.Index(fields=["room", "seq"]),
            # The unread count reads this index alone.
            models.Index(
                fields=["room", "posted_seq", "author"],
                condition=Q(kind="text", deleted_at=None),
                name="message_unread",
            ),
            models.Index(
                fields=["room", "posted_seq"],
                condition=Q(everybody=True, kind="text", deleted_at=None),
                name="message_to_everybody",
            ),
            models.Index(fields=["deleted_by"], condition=Q(deleted_by__isnull=False), name="message_deleted_by"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} in room {self.room_id}"

    @cached_property
    def mention_ids(self) -> list[int]:
        """The ids of the people named in it; free after `with_people()`."""
        mentions = self.loaded_mentions if hasattr(self, "loaded_mentions") else self.mention_set.all()
        return sorted(mention.user_id for mention in mentions)


class Mention(models.Model):
    """A person named in a message; what the red number in the sidebar counts."""

    message = models.ForeignKey(Message, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    posted_seq = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mention_unique")]
        indexes = [models.Index(fields=["user", "room", "posted_seq"])]

    def __str__(self) -> str:
        return f"{self.user_id} in message {self.message_id}"
