"""The reactions of users to messages."""

from django.conf import settings
from django.db import models

from chat.models.messages import Message
from chat.models.rooms import Room


class Reaction(models.Model):
    """One user's emoji on a message. The row stays when it is taken back, because a `reaction` event is made of it."""

    # Without an index of its own: the unique index begins with it.
    message = models.ForeignKey(Message, models.CASCADE, related_name="reaction_set", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    # That of the message; (room, seq) is its index.
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField(help_text="Its last change in the room's log.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_unique")]
        indexes = [models.Index(fields=["room", "seq"])]

    def __str__(self) -> str:
        return f"{self.emoji} of {self.user_id} on message {self.message_id}"
