"""The cache in Redis, with a fallback in the process. It holds mainly rate limits, of Hubbub and of allauth."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError
from redis.sentinel import Sentinel, SentinelConnectionPool

AWAY_SECONDS = 5

logger = logging.getLogger(__name__)


def steady(name: str) -> Callable:
    """Return the cache's method of that name, which uses a cache of this process while Redis is away."""

    def call(self, *arguments, **named):
        if monotonic() >= SteadyRedisCache.away_until:
            try:
                result = getattr(super(SteadyRedisCache, self), name)(*arguments, **named)
            except RedisError as error:
                if not SteadyRedisCache.away_until:
                    logger.warning(
                        "The cache in Redis does not answer: %r. Until it does, rate limits hold for each process.",
                        error,
                    )
                SteadyRedisCache.away_until = monotonic() + AWAY_SECONDS
            else:
                if SteadyRedisCache.away_until:
                    SteadyRedisCache.away_until = 0.0
                    logger.warning("The cache in Redis answers again.")
                return result
        return getattr(self.here, name)(*arguments, **named)

    return call


class SentinelCacheClient(RedisCacheClient):
    """Django's client for the server that is the current master, according to the sentinels."""

    def __init__(self, servers, *, master_name: str, sentinels: list, sentinel_kwargs: dict, **options) -> None:
        super().__init__(servers, **options)
        self._pools: dict[int, SentinelConnectionPool]
        self._pool_options: dict[str, Any]
        self._sentinel = Sentinel(sentinels, sentinel_kwargs=sentinel_kwargs)
        self._master_name = master_name

    def _get_connection_pool(self, write: bool) -> SentinelConnectionPool:
        if not self._pools:
            self._pools[0] = SentinelConnectionPool(self._master_name, self._sentinel, **self._pool_options)
        return self._pools[0]


class SteadyRedisCache(RedisCache):
    """Django's cache in Redis, replaced by one in this process for as long as Redis does not answer.

    Otherwise nobody could sign in while Redis is down. Rate limits meanwhile hold for each process by itself.
    """

    away_until = 0.0  # on the class, because Django makes an object for every request

    def __init__(self, server: str, params: dict) -> None:
        super().__init__(server, params)
        self._options: dict[str, Any]
        if "sentinels" in self._options:
            self._class = SentinelCacheClient
        self.here = LocMemCache("redis-is-away", params | {"OPTIONS": {"MAX_ENTRIES": 20_000}})

    add = steady("add")
    get = steady("get")
    set = steady("set")
    touch = steady("touch")
    delete = steady("delete")
    get_many = steady("get_many")
    has_key = steady("has_key")
    incr = steady("incr")
    set_many = steady("set_many")
    delete_many = steady("delete_many")
    clear = steady("clear")
