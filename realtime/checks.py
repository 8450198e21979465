"""System checks: the settings and the database that a site needs for notifications to arrive."""

import os

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connection, router
from django.db.models import CharField, IntegerField, UUIDField

from realtime.models import TopicHead
from realtime.shared import socket_path
from realtime.shared.topic_ids import find_key_field

VENDORS = ("sqlite", "postgresql")


@register(Tags.models)
def check_user_key(app_configs, **kwargs) -> list[Error]:
    """Report users whose primary key cannot be part of a topic's name: `user.7`, or with a UUID or a text."""
    user = get_user_model()
    if isinstance(find_key_field(), IntegerField | UUIDField | CharField):
        return []
    return [
        Error(
            f"The primary key of {user._meta.label} is not a number, a UUID or a text, so users cannot be notified.",
            hint="Use an AutoField, an IntegerField, a UUIDField or a CharField, or a relation to such a key.",
            obj=user,
            id="realtime.E001",
        )
    ]


@register(Tags.models)
def check_database(app_configs, **kwargs) -> list[Error]:
    """Report a database that our SQL does not support, instead of failing at the first notification."""
    if connection.vendor in VENDORS:
        return []
    return [
        Error(
            f"The database is {connection.display_name}; realtime and notifications need SQLite or PostgreSQL.",
            hint="They use INSERT … RETURNING and ON CONFLICT in the database named 'default'.",
            id="realtime.E002",
        )
    ]


@register(Tags.models)
def check_router(app_configs, **kwargs) -> list[Error]:
    """Report a router that chooses another database: our SQL runs in 'default', and a replica lags behind it."""
    chosen = {router.db_for_read(TopicHead), router.db_for_write(TopicHead)}
    if chosen == {DEFAULT_DB_ALIAS}:
        return []
    return [
        Error(
            f"DATABASE_ROUTERS sends queries of realtime to {', '.join(sorted(chosen - {DEFAULT_DB_ALIAS}))}.",
            hint="Let db_for_read() and db_for_write() return 'default' for the apps realtime and notifications.",
            id="realtime.E004",
        )
    ]


@register(Tags.security)
def check_credentials(app_configs, **kwargs) -> list[Error]:
    """Report a missing REALTIME_CREDENTIALS: connections would stay open after their sign-in has ended."""
    if getattr(settings, "REALTIME_CREDENTIALS", None):
        return []
    return [
        Error(
            "REALTIME_CREDENTIALS is not set, so connections would stay open after sign-out.",
            hint='Set it to "accounts.identity.credentials.find_ended".',
            id="realtime.E005",
        )
    ]


@register(Tags.urls)
def check_path(app_configs, **kwargs) -> list[Error]:
    """Report a path of the WebSocket that no request can have."""
    path = socket_path.find_socket_path()
    if isinstance(path, str) and path.startswith("/") and not path.startswith("//") and not set(path) & set("?#"):
        return []
    return [
        Error(
            f"LIVE_BELL_PATH is {path!r}, and must be the path of the WebSocket from the site's root.",
            hint='Set it to a path like "/live/bell/", or remove it for the default "/ws/".',
            id="realtime.E003",
        )
    ]


@register(Tags.compatibility)
def check_layer(app_configs, **kwargs) -> list[Warning]:
    """Warn where several processes serve, as far as is known, without a shared channel layer."""
    return [_without_layer("WEB_CONCURRENCY starts several processes")] if _processes() > 1 and _is_alone() else []


@register(Tags.compatibility, deploy=True)
def check_layer_in_production(app_configs, **kwargs) -> list[CheckMessage]:
    """Warn other sites before deployment that several processes need a channel layer.

    `manage.py serve` warns by itself.
    """
    if apps.is_installed("accounts") or _processes() > 1 or not _is_alone():
        return []
    return [_without_layer("This site may be served by several processes")]


def _without_layer(subject: str) -> Warning:
    return Warning(
        f"{subject} without a channel layer that they share: events arrive up to two seconds late.",
        hint="Set CHANNEL_LAYERS to channels_redis.pubsub.RedisPubSubChannelLayer. A single process needs none.",
        id="realtime.W001",
    )


def _processes() -> int:
    """Return how many processes uvicorn, gunicorn or hypercorn start, where the environment says so."""
    value = os.environ.get("WEB_CONCURRENCY", "")
    return int(value) if value.isascii() and value.isdigit() else 1


def _is_alone() -> bool:
    layer = get_channel_layer()
    return layer is None or isinstance(layer, InMemoryChannelLayer)
