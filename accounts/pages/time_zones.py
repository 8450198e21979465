"""The time zones that a user can choose, grouped by area."""

import zoneinfo
from functools import cache
from itertools import groupby

AREAS = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}

type Choices = list[tuple[str, str | list[tuple[str, str]]]]


@cache
def offered_names() -> list[str]:
    """Return the names of zones that are places, old names included: some browsers report them."""
    return sorted(name for name in zoneinfo.available_timezones() if area_of(name) in AREAS)


def time_zone_choices(chosen: str = "UTC") -> Choices:
    """Return UTC, then the places by area, then the chosen zone if it is neither."""
    places: Choices = [
        (area, [(name, location_of(name)) for name in group]) for area, group in groupby(offered_names(), key=area_of)
    ]
    unusual: Choices = [(chosen, chosen)] if chosen not in {"UTC", *offered_names()} else []
    return [("UTC", "UTC"), *places, *unusual]


def chosen_zone(user) -> str | None:
    """Return the zone that a user has chosen, or None for "UTC", the default of a new account."""
    zone = getattr(user, "time_zone", None)
    return zone if zone and zone != "UTC" else None


def area_of(name: str) -> str:
    return name.partition("/")[0]


def location_of(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
