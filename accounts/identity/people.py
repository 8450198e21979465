"""People as everybody sees them. Any site's user model will do: what it does not have is made up from what it has."""

from functools import cache
from typing import Any

import msgspec
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, Value

from realtime.shared.topic_ids import UserKey, write_id


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person as everybody may see them: the same JSON in events, pages and answers."""

    id: Any  # the primary key: a number, a UUID or a text
    username: str
    name: str
    avatar: str | None
    deactivated: bool = False  # omitted where it is false

    @classmethod
    def of(cls, user: AbstractBaseUser) -> "Person":
        avatar = getattr(user, "avatar", None)
        url = getattr(avatar, "url", None) if avatar else None
        return cls(
            id=user.pk, username=user.get_username(), name=name_of(user), avatar=url, deactivated=not user.is_active
        )


def person_data(user: AbstractBaseUser) -> dict:
    """Return a person as everybody sees them."""
    return msgspec.to_builtins(Person.of(user))


def name_of(user: AbstractBaseUser) -> str:
    """Return what others call a person."""
    name = getattr(user, "name", None) or getattr(user, "get_full_name", str)()
    return name or user.get_username()


def person_feed(user_id: UserKey) -> str:
    """Return the topic on which a person's own events are."""
    return f"user.{write_id(user_id)}"


def email_of(user: AbstractBaseUser) -> str:
    """Return a person's address, or "" where the site's users have none."""
    return getattr(user, user.get_email_field_name(), None) or ""


@cache
def has_field(name: str) -> bool:
    """Say whether the site's users have a field of that name. A property or an attribute of the class is none."""
    try:
        get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def column(name: str, default: str) -> F | Value:
    """Return a column of the people for a query, or the same value for all where they have none of that name."""
    return F(name) if has_field(name) else Value(default)


def email_column() -> F | Value:
    return column(get_user_model().get_email_field_name(), "")


def flagged(name: str) -> Q:
    """Return who has a flag, `is_active` or `is_staff`; where it is no column, what the class says of everybody."""
    if has_field(name):
        return Q(**{name: True})
    return Q(pk__isnull=False) if getattr(get_user_model(), name, False) is True else Q(pk__in=[])
