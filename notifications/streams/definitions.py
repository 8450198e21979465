"""Services that make and change streams, and their tokens."""

import hashlib
import secrets

from django.db import transaction
from django.utils.crypto import constant_time_compare

from notifications.models import Stream

NAMED_IN_AN_ERROR = 20
# What a stream without a token, or none at all, is compared with: the answer takes as long.
NO_DIGEST = "-" * 64


class UnknownStreamError(ValueError):
    """There is no such stream."""


def find_stream(stream: Stream | str) -> Stream:
    """Return a stream by its slug, or as it is. Raises UnknownStreamError, which names those that there are."""
    if isinstance(stream, Stream):
        return stream
    found = Stream.objects.filter(slug=stream).first()
    if found is None:
        slugs = list(Stream.objects.order_by("slug").values_list("slug", flat=True)[: NAMED_IN_AN_ERROR + 1])
        there_are = f"There are: {name_some(slugs)}." if slugs else "There is none yet."
        raise UnknownStreamError(f"There is no stream called {stream!r}. {there_are} Staff make them in the admin.")
    return found


def name_some(slugs: list[str]) -> str:
    named = ", ".join(slugs[:NAMED_IN_AN_ERROR])
    return f"{named} and more" if len(slugs) > NAMED_IN_AN_ERROR else named


def create_stream(slug: str, name: str, **fields: object) -> Stream:
    """Make a stream; the fields are the model's. Raises ValidationError for what cannot be."""
    stream = Stream(slug=slug, name=name, **fields)
    stream.full_clean()
    stream.save(force_insert=True)
    return stream


@transaction.atomic
def update_stream(stream: Stream, **changes: object) -> None:
    """Change what is given and nothing else: its value may be written at the same time.

    Who may no longer see it stops hearing its values within seconds. Raises ValidationError for what cannot be.
    """
    for field, value in changes.items():
        setattr(stream, field, value)
    stream.full_clean()
    stream.save(update_fields=list(changes))


def rotate_token(stream: Stream) -> str:
    """Return a new token of the stream, which is kept nowhere. The one before is worth nothing from now on."""
    key = "hubs_" + secrets.token_urlsafe(32)
    stream.token_digest = digest(key)
    stream.save(update_fields=["token_digest"])
    return key


def digest(key: str) -> str:
    """Return what is kept of a token. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def find_stream_of_token(slug: str, key: str) -> Stream | None:
    """Return the stream of that name, if this is its token. One query."""
    stream = Stream.objects.filter(slug=slug).first()
    kept = (stream.token_digest if stream else None) or NO_DIGEST
    return stream if constant_time_compare(digest(key), kept) else None
