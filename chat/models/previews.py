"""The previews of links in messages: requests for them, what was fetched, and what messages show of it."""

import uuid

from django.db import models

from chat.models.messages import Message


class PreviewRequest(models.Model):
    """A message whose links are to be previewed. The time is the queue; a claim moves it on."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"previews of message {self.message_id}"


class PreviewImage(models.Model):
    """The image of a preview, re-encoded, in the site's storage. Its id is its name in addresses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stored = models.CharField(max_length=100, help_text="Its name in the storage.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.stored


class FetchedPage(models.Model):
    """What was found at an address, for the whole site. The row is written before the request is sent.

    It holds the address only as a digest, and is deleted after an hour.
    """

    class State(models.TextChoices):
        FETCHING = "fetching"
        FOUND = "found"
        NOTHING = "nothing"

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the address, without its fragment.")
    state = models.CharField(max_length=8, choices=State, default=State.FETCHING)
    claim = models.UUIDField(default=uuid.uuid4, help_text="Who fetches it.")
    fetched_at = models.DateTimeField(db_index=True)
    host = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=400, blank=True)
    site = models.CharField(max_length=80, blank=True)
    image = models.ForeignKey(PreviewImage, models.SET_NULL, null=True, related_name="pages")

    def __str__(self) -> str:
        return f"{self.state} at {self.host}"


class MessagePreview(models.Model):
    """A preview of a link in a message. `Message.previews` has what is shown of it.

    A removed one stays as a row, so that an edit of the message does not bring the preview back.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="link_previews")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the address, without its fragment.")
    is_removed = models.BooleanField(default=False)
    image = models.ForeignKey(PreviewImage, models.SET_NULL, null=True, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "digest"], name="message_preview_unique")]

    def __str__(self) -> str:
        return f"preview in message {self.message_id}"
