"""The parser of REDIS_URL: one server, or sentinels that know the current master."""

from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from redis.connection import ConnectionPool, parse_url

SENTINEL_SCHEMES = ("redis+sentinel", "rediss+sentinel")
SENTINEL_PORT = 26379
SENTINEL_SECONDS = 1.0  # then the next sentinel is asked


class Unreadable(ValueError):
    """The URL is invalid. The message quotes no part of the URL, because a password may be in it."""


class Redis(NamedTuple):
    """The location of Redis. `sentinel`: the options for asking the sentinels; empty where `url` is the server's."""

    url: str
    sentinel: dict[str, Any]

    @property
    def host(self) -> dict[str, Any]:
        """Return an entry for `hosts` of the channel layer."""
        return self.sentinel or {"address": self.url}

    @property
    def is_unix(self) -> bool:
        return self.url.startswith("unix")


def read_redis(url: str) -> Redis:
    """Return the location in a URL. Raises ValueError."""
    if urlsplit(url).scheme in SENTINEL_SCHEMES:
        return Redis(url, read_sentinels(url))
    if "," in (urlsplit(url).hostname or ""):
        raise Unreadable("several hosts are found by redis+sentinel://host:26379,host:26379/name-of-the-master")
    parse_url(url)
    try:
        ConnectionPool.from_url(url).make_connection()  # checks the options without connecting
    except TypeError as error:
        raise Unreadable("it has an unknown option") from error
    return Redis(url, {})


def read_sentinels(url: str) -> dict[str, Any]:
    """Read redis+sentinel://user:password@host:26379,host:26379/master/0; user and password are those of the servers.

    The sentinels' own are ?sentinel_username= and ?sentinel_password=.
    """
    parts = urlsplit(url)
    user, _, hosts = parts.netloc.rpartition("@")
    username, _, password = user.partition(":")
    master, _, database = parts.path.strip("/").partition("/")
    if not (hosts and master):
        raise Unreadable("it names no sentinel, or no master")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    timeouts = {"socket_timeout": SENTINEL_SECONDS, "socket_connect_timeout": SENTINEL_SECONDS}
    named = {name: options.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    own = {"username": unquote(username) or None, "password": unquote(password) or None}
    return {
        "master_name": master,
        "sentinels": [read_place(host) for host in hosts.split(",")],
        "sentinel_kwargs": timeouts | {name: value for name, value in named.items() if value},
        "db": int(database or 0),
        **{name: value for name, value in own.items() if value},
        **({"ssl": True} if parts.scheme.startswith("rediss") else {}),
        **options,
    }


def read_place(text: str) -> tuple[str, int]:
    """Return host and port of a sentinel. Raises ValueError."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise Unreadable("a sentinel has a name")
    return parts.hostname, parts.port or SENTINEL_PORT
