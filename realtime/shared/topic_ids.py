"""The ids of topics: the number in `room.42`, and the primary keys of users, of any kind, in `user.7`."""

import re
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import IntegerField

LARGEST_NUMBER = 2**63 - 1
ID_CHARACTERS = 80  # the name of a topic has 99, with its prefix: what its column takes
# What stands as it is in a name. "_" is not among it: it begins what stands for another byte.
ESCAPED = re.compile(rb"[^A-Za-z0-9.-]")

type UserKey = int | str | UUID


def read_number(text: str) -> int:
    """Return the number that an id is. Raises ValueError for one that cannot be."""
    # isascii: str.isdigit() also takes "٣" and "²". A leading zero would give one topic two names.
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or int(text[:20]) > LARGEST_NUMBER:
        raise ValueError(f"{text!r} is no number of a topic.")
    return int(text)


def read_uuid(text: str) -> UUID:
    """Return the UUID that an id is. Raises ValueError, also for another spelling: a topic has one name."""
    found = UUID(text)
    if str(found) != text:
        raise ValueError(f"{text!r} is no UUID as it is written.")
    return found


def write_id(id: UserKey) -> str:
    """Return an id as it stands in the name of a topic. Raises ValueError for a text that is too long."""
    if not isinstance(id, str):
        return str(id)
    written = ESCAPED.sub(lambda byte: b"_%02X" % byte[0][0], id.encode()).decode()
    if not written or len(written) > ID_CHARACTERS:
        raise ValueError(f"{id!r} cannot name a topic: it has to have from 1 to {ID_CHARACTERS} characters.")
    return written


def read_user_key(text: str) -> Any:
    """Return the primary key of a user that an id is. Raises ValueError for one that cannot be."""
    field = find_key_field()
    if isinstance(field, IntegerField):
        return read_number(text)
    try:
        key = field.to_python(unquote(text.replace("_", "%"), errors="strict"))
    except ValidationError as error:
        raise ValueError(f"{text!r} is no key of a user.") from error
    if write_id(key) != text:
        raise ValueError(f"{text!r} is no key of a user as it is written.")
    return key


def pack_user_key(key: UserKey) -> int | str:
    """Return a key as JSON and channel layers take it."""
    return key if isinstance(key, int) else str(key)


def unpack_user_key(packed: int | str) -> Any:
    """Return the key that was packed. Raises ValidationError for what cannot be one."""
    return packed if isinstance(packed, int) else find_key_field().to_python(packed)


def convert_user_key(key: UserKey) -> Any:
    """Return a key as the database takes it in a statement of our own."""
    return find_key_field().get_db_prep_value(key, connection)


def find_key_field() -> Any:
    """Return the field of the primary key of users; of a relation: of what it leads to."""
    field = get_user_model()._meta.pk
    while (target := getattr(field, "target_field", field)) is not field:
        field = target
    return field
