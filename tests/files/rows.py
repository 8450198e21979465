"""Rows of files for tests that need no upload."""

from uuid import uuid4

from django.utils import timezone

from files.models import StoredFile


def stored_file(owner, name: str = "Zoë.txt", **more) -> StoredFile:
    """Make a file that is ready to be used. Its content is not in the storage."""
    fields = {"size": 3, "state": "ready", "kind": "text", "content_type": "text/plain", "finished_at": timezone.now()}
    return StoredFile.objects.create(key=uuid4(), owner=owner, name=name, **fields | more)
