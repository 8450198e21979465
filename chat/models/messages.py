"""Messages and the users whom they mention. A message's `seq` is the number of its last change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from chat.models.querysets import MessageQuerySet
from chat.models.rooms import Room


class Message(models.Model):
    """A message of a user, or a system line. `posted_seq` is its position for ever, `seq` its last change."""

    class Kind(models.TextChoices):
        TEXT = "text"
        SYSTEM = "system"

    # Without indexes of their own: the indexes below begin with these columns, and each post writes to every index.
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    key = models.UUIDField(null=True, help_text="The client's own id, one for ever; none on a system line.")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # The facts of a system line (chat/text/system_lines.py). A line from before there were any has only its HTML.
    line = models.JSONField(null=True, editable=False)
    # The payload of its attachments in events and pages (chat/states/events.py); null for most messages.
    files = models.JSONField(null=True, editable=False)
    # What they show of its links (chat/services/previews.py); none for most messages.
    previews = models.JSONField(null=True, editable=False)
    # What it shows of its reactions, [{"emoji", "count", "since"}] (`since`: the seq with which the emoji came), and
    # the seq of their last change; null for most messages. chat/services/reactions.py keeps both.
    reactions = models.JSONField(null=True, editable=False)
    reactions_seq = models.PositiveBigIntegerField(null=True, editable=False)
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
        """The ids of the users it mentions. Costs no query after `with_people()`."""
        mentions = self.loaded_mentions if hasattr(self, "loaded_mentions") else self.mention_set.all()
        return sorted(mention.user_id for mention in mentions)

    def mention_rows(self) -> "list[Mention]":
        """Return a row for each user that it mentions, not saved."""
        return [
            Mention(message=self, user_id=user_id, room_id=self.room_id, posted_seq=self.posted_seq)
            for user_id in self.mention_ids
        ]


class Mention(models.Model):
    """A user whom a message mentions by name. The red number in the sidebar counts these, and messages with @room."""

    message = models.ForeignKey(Message, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    posted_seq = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mention_unique")]
        indexes = [models.Index(fields=["user", "room", "posted_seq"])]

    def __str__(self) -> str:
        return f"{self.user_id} in message {self.message_id}"
