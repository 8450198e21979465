"""The number that identifies a notification's target object, whatever the type of its primary key."""

import hashlib

from django.db.models import Model

DIGEST_BYTES = 8


def target_number(target: Model) -> int:
    """Return an object's primary key, or a number derived from one that is a UUID or a text.

    Among a billion objects of a model, some two share a number with a chance of one in forty; a given object shares its
    number with a chance of one in eighteen billion. A text column instead would mean rewriting every stored
    notification for the sake of few sites (docs/decisions/0016-keys-of-any-kind.md).
    """
    if target.pk is None:
        raise ValueError(f"{target!r} has no primary key: call retract() before it is deleted.")
    if isinstance(target.pk, int):
        return target.pk
    return int.from_bytes(hashlib.sha256(str(target.pk).encode()).digest()[:DIGEST_BYTES], signed=True)
