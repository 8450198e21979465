"""The ids in topics' names: the number in `room.42`, and the primary key of a user, of any type, in `user.7`."""

import re
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import IntegerField

LARGEST_NUMBER = 2**63 - 1
ID_CHARACTERS = 80  # The column for a topic's name takes 99, with its prefix.
# Bytes that are escaped in a name. "_" is one of them, because an escaped byte begins with it.
ESCAPED = re.compile(rb"[^A-Za-z0-9.-]")

type UserKey = int | str | UUID


def read_number(text: str) -> int:
    """Return the number in an id. Raises ValueError where it is not one."""
    # isascii, because str.isdigit() also accepts "٣" and "²". A leading zero would give a topic two names.
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or int(text[:20]) > LARGEST_NUMBER:
        raise ValueError(f"{text!r} is not the number of a topic.")
    return int(text)


def read_uuid(text: str) -> UUID:
    """Return the UUID in an id. Raises ValueError, also for another spelling, because a topic has one name."""
    found = UUID(text)
    if str(found) != text:
        raise ValueError(f"{text!r} is not a UUID in its usual spelling.")
    return found


def write_id(id: UserKey) -> str:
    """Return an id as it is written in a topic's name. Raises ValueError for a text that is empty or too long."""
    if not isinstance(id, str):
        return str(id)
    written = ESCAPED.sub(lambda byte: b"_%02X" % byte[0][0], id.encode()).decode()
    if not written or len(written) > ID_CHARACTERS:
        raise ValueError(f"{id!r} cannot be part of a topic's name: it must have 1 to {ID_CHARACTERS} characters.")
    return written


def read_user_key(text: str) -> Any:
    """Return the primary key of a user in an id. Raises ValueError where it is not one."""
    field = find_key_field()
    if isinstance(field, IntegerField):
        return read_number(text)
    try:
        key = field.to_python(unquote(text.replace("_", "%"), errors="strict"))
    except ValidationError as error:
        raise ValueError(f"{text!r} is not the key of a user.") from error
    if write_id(key) != text:
        raise ValueError(f"{text!r} is not the usual spelling of a user's key.")
    return key


def pack_user_key(key: UserKey) -> int | str:
    """Return a key as a value for JSON and channel layers."""
    return key if isinstance(key, int) else str(key)


def unpack_user_key(packed: int | str) -> Any:
    """Return the key that was packed. Raises ValidationError where it is not one."""
    return packed if isinstance(packed, int) else find_key_field().to_python(packed)


def convert_user_key(key: UserKey) -> Any:
    """Return a key as a parameter for one of our own SQL statements."""
    return find_key_field().get_db_prep_value(key, connection)


def find_key_field() -> Any:
    """Return the field of users' primary key; where that is a relation, the field to which it leads."""
    field = get_user_model()._meta.pk
    while (target := getattr(field, "target_field", field)) is not field:
        field = target
    return field
