"""The files of messages."""

from django.conf import settings
from django.db import models

from chat.models.messages import Message
from chat.models.rooms import Room
from files.models import StoredFile


class Attachment(models.Model):
    """A file of a message. A file is attached to one message at most."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="attachment")
    place = models.PositiveSmallIntegerField(help_text="Its place among the files of the message, from 0.")
    alt = models.CharField(max_length=1000, blank=True, help_text="The author's description of an image.")
    # Copies of columns of the message and of the file, for the list of a room's files.
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=StoredFile.Kind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "place"], name="attachment_place_unique")]
        # A list of several kinds is merged from one range for each (chat/models/room_files.py).
        indexes = [
            models.Index(fields=["room", "kind", "id"]),
            models.Index(fields=["room", "author", "kind", "id"]),
        ]

    def __str__(self) -> str:
        return f"file {self.file_id} of message {self.message_id}"
