"""Public data of users. Works with any user model: a field that it lacks gets a default."""

from functools import cache
from typing import Any

import msgspec
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, Value

from realtime.shared.topic_ids import UserKey, write_id


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user as other users see them: the same JSON in events, pages and responses."""

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
    """Return the public data of a user as a dict."""
    return msgspec.to_builtins(Person.of(user))


def name_of(user: AbstractBaseUser) -> str:
    """Return the name that other users see: the display name, or else the full name, or else the username."""
    name = getattr(user, "name", None) or getattr(user, "get_full_name", str)()
    return name or user.get_username()


def user_topic(user_id: UserKey) -> str:
    """Return the topic of a user's own events."""
    return f"user.{write_id(user_id)}"


def email_of(user: AbstractBaseUser) -> str:
    """Return a user's email address, or "" where the user model has none."""
    return getattr(user, user.get_email_field_name(), None) or ""


@cache
def has_field(name: str) -> bool:
    """Say whether the user model has a database field of that name. Properties and class attributes do not count."""
    try:
        get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def column(name: str, default: str) -> F | Value:
    """Return a column of the user table for a query, or, where it has no such column, one value for all users."""
    return F(name) if has_field(name) else Value(default)


def email_column() -> F | Value:
    return column(get_user_model().get_email_field_name(), "")


def flagged(name: str) -> Q:
    """Return the condition that `is_active` or `is_staff` is set; without such a column, the class decides for all."""
    if has_field(name):
        return Q(**{name: True})
    return Q(pk__isnull=False) if getattr(get_user_model(), name, False) is True else Q(pk__in=[])
