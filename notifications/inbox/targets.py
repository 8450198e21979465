"""The number by which a notification names the object that it is about, whatever that object's primary key is."""

import hashlib

from django.db.models import Model

DIGEST_BYTES = 8


def target_number(target: Model) -> int:
    """Return an object's primary key, or a number made of one that is a UUID or a text.

    Of a billion objects of a model, any two share a number with a chance of one in forty; a given one shares its own
    with one in eighteen billion. A column of text would have every notification ever sent rewritten, for few sites
    (docs/decisions/0016-keys-of-any-kind.md).
    """
    if target.pk is None:
        raise ValueError(f"{target!r} has no primary key: retract what is about it before it is deleted.")
    if isinstance(target.pk, int):
        return target.pk
    return int.from_bytes(hashlib.sha256(str(target.pk).encode()).digest()[:DIGEST_BYTES], signed=True)
