"""Services that create and change streams and their tokens."""

import hashlib
import secrets

from django.db import transaction
from django.utils.crypto import constant_time_compare

from notifications.models import Stream

NAMED_IN_AN_ERROR = 20
# Compared for an unknown stream or one without a token, so that the response takes as long.
NO_DIGEST = "-" * 64


class UnknownStreamError(ValueError):
    """No stream has this slug."""


def find_stream(stream: Stream | str) -> Stream:
    """Return a stream by its slug, or unchanged. Raises UnknownStreamError, which lists the existing ones."""
    if isinstance(stream, Stream):
        return stream
    found = Stream.objects.filter(slug=stream).first()
    if found is None:
        slugs = list(Stream.objects.order_by("slug").values_list("slug", flat=True)[: NAMED_IN_AN_ERROR + 1])
        there_are = f"Streams: {name_slugs(slugs)}." if slugs else "There are no streams yet."
        raise UnknownStreamError(f"No stream is called {stream!r}. {there_are} Staff can create one in the admin.")
    return found


def name_slugs(slugs: list[str]) -> str:
    named = ", ".join(slugs[:NAMED_IN_AN_ERROR])
    return f"{named} and more" if len(slugs) > NAMED_IN_AN_ERROR else named


def create_stream(slug: str, name: str, **fields: object) -> Stream:
    """Create a stream from fields of the model. Raises ValidationError."""
    stream = Stream(slug=slug, name=name, **fields)
    stream.full_clean()
    stream.save(force_insert=True)
    return stream


@transaction.atomic
def update_stream(stream: Stream, **changes: object) -> None:
    """Change these fields and no others: a program may write the value at the same time.

    Users who may no longer see it stop getting its values within seconds. Raises ValidationError.
    """
    for field, value in changes.items():
        setattr(stream, field, value)
    stream.full_clean()
    stream.save(update_fields=list(changes))


def rotate_token(stream: Stream) -> str:
    """Return a new token of the stream, of which only the digest is stored. The old token stops working."""
    key = "hubs_" + secrets.token_urlsafe(32)
    stream.token_digest = digest(key)
    stream.save(update_fields=["token_digest"])
    return key


def digest(key: str) -> str:
    """Return the stored form of a token. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def find_stream_of_token(slug: str, key: str) -> Stream | None:
    """Return the stream with this slug if the token is its own. One query."""
    stream = Stream.objects.filter(slug=slug).first()
    kept = (stream.token_digest if stream else None) or NO_DIGEST
    return stream if constant_time_compare(digest(key), kept) else None
