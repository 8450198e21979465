"""The images of previews: re-encoded by the child process for uploads, stored by us, deleted when none shows them."""

import logging
import secrets
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from chat.models import PreviewImage
from files.outcomes import Postponed
from files.processing.processes import process

logger = logging.getLogger(__name__)

UNUSED = timedelta(hours=2)  # longer than a fetched page is kept, which may still give it to a message
LEAST_PIXELS = 32  # a smaller one is a tracker or a bullet
DELETED_AT_ONCE = 200


def try_image(content: bytes) -> PreviewImage | None:
    """Store an image. Without it the text is shown: if it is none, the disk is full or the storage is away."""
    try:
        return keep_image(content)
    except Postponed:  # the virus scanner is away, and logs that itself
        return None
    except Exception:
        logger.exception("The image of a link preview could not be stored")
        return None


def keep_image(content: bytes) -> PreviewImage | None:
    """Store an image in its small size, without metadata; None if it is no image that the child process accepts."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        path = Path(folder) / "image"
        path.write_bytes(content)
        outcome = process(path, "image", "", {})
        try:
            width, height = outcome.facts.get("width", 0), outcome.facts.get("height", 0)
            if outcome.refusal or "small" not in outcome.parts or min(width, height) < LEAST_PIXELS:
                return None
            image = PreviewImage(stored=f"previews/{secrets.token_urlsafe(16)}.webp", width=width, height=height)
            image.save()  # before it is stored: no stored file is left without a row
            with outcome.parts["small"].open("rb") as file:
                default_storage.save(image.stored, File(file))
            return image
        finally:
            if outcome.folder is not None:
                shutil.rmtree(outcome.folder, ignore_errors=True)


def delete_unused_images() -> None:
    """Delete the images that no message and no fetched page uses."""
    unused = PreviewImage.objects.filter(uses=None, pages=None, created_at__lt=timezone.now() - UNUSED)
    while images := list(unused[:DELETED_AT_ONCE]):
        for image in images:
            default_storage.delete(image.stored)
        PreviewImage.objects.filter(pk__in=[image.pk for image in images]).delete()
