"""The reset of rate limits between tests, which use the same users and addresses."""

import sys
from functools import cache
from math import inf

from django.apps import apps
from django.core.cache import cache as counted

from realtime.shared.rate_limit import ProcessRateLimit


def forget_spent() -> None:
    """Reset all rate limits: those counted in the cache, and those of this process."""
    counted.clear()
    for name in our_modules(len(sys.modules)):
        for limit in limits_of(name):
            limit.sweep(inf)


@cache
def our_modules(imported: int) -> list[str]:
    """Return the names of our modules. `imported`: how many modules there are, because a test may import more."""
    ours = {config.name for config in apps.get_app_configs() if "." not in config.name}
    return [name for name in list(sys.modules) if name.partition(".")[0] in ours]


@cache
def limits_of(name: str) -> list[ProcessRateLimit]:
    """Return the limits that a module defines. A list of them by hand would be one short with each new limit."""
    return [value for value in vars(sys.modules[name]).values() if isinstance(value, ProcessRateLimit)]
