"""The parser of environment variables. It refuses an invalid value with one sentence that says what is valid."""

import os
from collections.abc import Collection, Mapping
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.database_url import read_postgresql
from config.proxies import Proxies
from config.redis_url import Redis, Unreadable, read_redis

ON, OFF = ("1", "on", "true", "yes"), ("0", "off", "false", "no")
POSTGRESQL_SCHEMES = ("postgres", "postgresql")


class Environment:
    """Variables in the types of settings. An empty one counts as not set, as compose and unit files leave them."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self._variables.get(name, "").strip() or default

    def texts(self, name: str, default: Collection[str] = ()) -> list[str]:
        parts = [part.strip() for part in self.text(name).split(",")]
        return [part for part in parts if part] or list(default)

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in ON + OFF:
            refuse_value(name, "1 or 0", value)
        return value in ON

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal()) or int(value) < least:
            refuse_value(name, f"a whole number from {least} up", value)
        return int(value)

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        value = self.text(name, default).upper()
        if value not in choices:
            refuse_value(name, f"one of {', '.join(choices)}", value)
        return value

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            refuse_value(name, "the name of a time zone, as Europe/Berlin", value)
        return value

    def sender(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if "@" not in parseaddr(value)[1]:
            refuse_value(name, "an address as Hubbub <chat@example.org>", value)
        return value

    def site_url(self, name: str, default: str) -> str:
        """Return the address of the site, without a slash at the end."""
        value = self.text(name).rstrip("/")
        if not value:
            return default
        must = "the address of the site, as https://chat.example.org, a host of its own without a path"
        parts = split_url(name, must, value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
            refuse_value(name, must, value)
        return value

    def folder(self, name: str, default: Path) -> Path:
        """Return a writable folder, created if needed."""
        path = Path(self.text(name, str(default))).absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            refuse_value(name, "a folder that Hubbub can write in", f"{path} ({error.strerror})")
        if not os.access(path, os.W_OK | os.X_OK):
            refuse_value(name, "a folder that Hubbub can write in", f"{path} (it belongs to another user)")
        return path

    def database(self, name: str, default: Path) -> dict:
        """Return Django's DATABASES entry; without a URL for SQLite, in the file `default`."""
        must = "postgres://user:password@host/name or sqlite:////path/to/file"
        url = self.text(name)
        if not url:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
        scheme = url.partition("://")[0].lower()
        if scheme in POSTGRESQL_SCHEMES:
            try:
                return read_postgresql(url)
            except ValueError as error:
                refuse_value(name, f"{must}, with % and other signs in it written as %25 ({error})")
        if scheme != "sqlite":
            refuse_value(name, must)
        split_url(name, must, url)
        database: dict = Env.db_url_config(url)
        if not database["NAME"]:
            refuse_value(name, must)
        return database

    def redis(self, name: str) -> Redis | None:
        """Return the location of Redis, or None."""
        url = self.text(name)
        try:
            return read_redis(url) if url else None
        except ValueError as error:
            reason = f" ({error})" if isinstance(error, Unreadable) else ""
            refuse_value(name, f"redis://host:6379/0 or redis+sentinel://host:26379,host:26379/master{reason}")

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """Return the networks that are named; a single address is a network, too."""
        try:
            return [ip_network(part) for part in self.texts(name)]
        except ValueError:
            refuse_value(name, "addresses and networks, as 127.0.0.1,10.0.0.0/8", self.text(name))

    def proxies(self, name: str) -> Proxies:
        """Return the trusted proxies: none, this machine and its private network, or those that are named."""
        value = self.text(name, "off").lower()
        if value in OFF:
            return Proxies()
        parts = [part.strip() for part in value.split(",")]
        named = [part for part in parts if part not in ON]
        try:
            return Proxies([ip_network(part) for part in named], is_private=len(named) < len(parts))
        except ValueError:
            refuse_value(name, "1, 0, or the addresses of proxies, as 10.1.2.3,192.0.2.0/24", value)


def split_url(name: str, must: str, url: str) -> SplitResult:
    """Return the parts of a URL, after a check of its port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        refuse_value(name, must)
    return parts


def refuse_value(name: str, must: str, value: str = "") -> NoReturn:
    """Raise ImproperlyConfigured. A URL may hold a password, so leave out its `value`: then it is not repeated."""
    raise ImproperlyConfigured(f"{name} must be {must}, not {value}." if value else f"{name} must be {must}.")
