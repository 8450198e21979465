"""The files that users upload. Only the apps that use a file know what it is attached to and who may see it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class StoredFile(models.Model):
    """A file: first the upload, then the stored form of it, which is safe to show."""

    class State(models.TextChoices):
        UPLOADING = "uploading"
        PROCESSING = "processing"
        READY = "ready"
        REFUSED = "refused"
        REMOVED = "removed"  # not served any more; deleted by the cleaning job

    class Kind(models.TextChoices):
        """How browsers show it. `OTHER` is only a download."""

        IMAGE = "image"
        AUDIO = "audio"
        VIDEO = "video"
        TEXT = "text"
        OTHER = "other"

    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="Its name in addresses, chosen by its client.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,  # the index of its usage begins with it
        help_text="The user who uploaded it.",
    )
    name = models.CharField(max_length=255, help_text="Its name as people see it, without paths and controls.")
    length = models.PositiveBigIntegerField(default=0, help_text="Bytes of its upload, as announced.")
    size = models.PositiveBigIntegerField(help_text="Bytes: of the upload, then of what is stored.")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADING)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.OTHER)
    content_type = models.CharField(
        max_length=100, blank=True, help_text="As declared by the browser, then decided by its content."
    )
    # For pages before they load the file: width, height, thumbhash, is_animated; duration, waveform; first_lines.
    facts = models.JSONField(default=dict)
    # In the storage: {"original": …, "small": …, "large": …}; the thumbnails only of an image.
    stored = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often its processing began.")
    refusal = models.CharField(max_length=40, blank=True, help_text="Why it was refused, as a code.")
    is_attached = models.BooleanField(default=False, help_text="In use.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    delete_at = models.DateTimeField(null=True, help_text="When the cleaning job deletes it. Never while it is in use.")

    class Meta:
        indexes = [
            models.Index(fields=["delete_at"], condition=Q(delete_at__isnull=False), name="file_to_delete"),
            models.Index(fields=["owner", "state", "size"], name="file_usage"),
            models.Index(fields=["state"], condition=~Q(state="ready"), name="file_not_ready"),
        ]

    def __str__(self) -> str:
        return self.name


class FileText(models.Model):
    """The beginning of a text file, for search."""

    file = models.OneToOneField(StoredFile, models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField()

    def __str__(self) -> str:
        return f"text of file {self.file_id}"
