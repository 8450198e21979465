"""What a group of notifications is called. The app that makes groups says so: "room.42" is the room's name."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class GroupLabel:
    """What a person reads instead of "room.42", and where a press on it leads."""

    name: str
    url: str = ""


type FindLabels = Callable[[int, Collection[int]], dict[int, GroupLabel]]

_finders: dict[str, FindLabels] = {}


def register(prefix: str, find: FindLabels) -> None:
    """Say what the groups `<prefix>.<id>` are called; from an app's `ready()`.

    `find(user_id, ids)` returns the labels of those that this person may see, and leaves out the others.
    """
    _finders[prefix] = find


def find_labels(user_id: int, groups: Iterable[str]) -> dict[str, GroupLabel]:
    """Return what that person reads for each of these groups. One call of each app, however many groups."""
    ids: dict[str, dict[int, str]] = {}
    for group in groups:
        prefix, _, number = group.rpartition(".")
        if prefix in _finders and number.isdecimal():
            ids.setdefault(prefix, {})[int(number)] = group
    return {
        numbers[id]: label
        for prefix, numbers in ids.items()
        for id, label in _finders[prefix](user_id, numbers.keys()).items()
    }
