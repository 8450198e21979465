"""The time zones a person may choose, as a list that can be read."""

import zoneinfo
from functools import cache
from itertools import groupby

AREAS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split(),
)

type Choices = list[tuple[str, str | list[tuple[str, str]]]]


@cache
def time_zone_choices() -> Choices:
    """Return UTC, then the places by area. Old names of places are in: some browsers report them."""
    names = sorted(name for name in zoneinfo.available_timezones() if area_of(name) in AREAS)
    return [("UTC", "UTC")] + [
        (area, [(name, place_of(name)) for name in group]) for area, group in groupby(names, key=area_of)
    ]


def area_of(name: str) -> str:
    return name.partition("/")[0]


def place_of(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
