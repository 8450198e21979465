"""System checks that refuse unsafe settings of our own site.

config/asgi.py runs them, so they hold under any server. Sites that embed the bell do not have these checks.
"""

from django.conf import settings
from django.core.checks import Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port

SETTINGS = "hubbub_settings"  # the tag of the checks that config/asgi.py runs
SECRET_KEY_LENGTH = 32
SECRET_KEY_CHARACTERS = 8  # distinct ones


@register(SETTINGS)
def check_production(app_configs, **kwargs) -> list:
    """Report production settings that are not safe, each with a hint to correct it."""
    if settings.DEBUG or settings.TRIAL:
        return []
    return [*_check_secret_key(), *_check_hosts(), *_check_processes()]


def _check_secret_key() -> list:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # raised by Django for an empty key
        key = ""
    if (
        len(key) >= SECRET_KEY_LENGTH
        and len(set(key)) >= SECRET_KEY_CHARACTERS
        and not key.startswith("django-insecure")
    ):
        return []
    return [
        Error(
            "SECRET_KEY is not set, or is short or easy to guess.",
            hint="Set it to 50 random characters, the same for every process, and keep it: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="hubbub.E001",
        )
    ]


def _check_hosts() -> list:
    if settings.ALLOWED_HOSTS and all(map(_is_host, settings.ALLOWED_HOSTS)):
        return []
    return [
        Error(
            "ALLOWED_HOSTS does not name the hosts that people use, without scheme and port.",
            hint="Set it to the site's names: ALLOWED_HOSTS=chat.example.org",
            id="hubbub.E002",
        )
    ]


def _is_host(name: str) -> bool:
    """Return whether Django can compare it with a request's host: a name, .its.subdomains, or an address."""
    return name != "*" and split_domain_port(name) == (name.lower(), "")


def _check_processes() -> list:
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not (getattr(settings, "REDIS_URL", None) and on_sqlite):
        return []
    return [
        Warning(
            "REDIS_URL is set, and the database is SQLite.",
            hint="Several processes on one host can share SQLite; several hosts cannot: set DATABASE_URL.",
            id="hubbub.W001",
        )
    ]
