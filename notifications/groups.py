"""What a group of notifications is called. The app that makes groups says so: "room.42" is the room's name."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class GroupLabel:
    """What a person reads instead of "room.42", and where a press on it leads.

    In one that `is_direct` everything is for them.
    """

    name: str
    url: str = ""
    is_direct: bool = False


type FindLabels = Callable[[int, Collection[int]], dict[int, GroupLabel]]
type Changed = Callable[[int, Collection[int]], None]
type FindJoined = Callable[[int], Collection[int]]


@dataclass(frozen=True)
class Groups:
    """What an app says of its groups."""

    find: FindLabels
    changed: Changed | None
    joined: FindJoined | None


_groups: dict[str, Groups] = {}


def register(prefix: str, find: FindLabels, changed: Changed | None = None, joined: FindJoined | None = None) -> None:
    """Say what the groups `<prefix>.<id>` are called; from an app's `ready()`.

    `find(user_id, ids)` returns the labels of those that this person may see, and leaves out the others.
    `changed(user_id, ids)` hears, inside the transaction, that the person wants more or less of some.
    `joined(user_id)` returns the ids of all groups that they are in: there their keywords count. From then on the app
    calls `services.enter_group` and `services.leave_group`.
    """
    _groups[prefix] = Groups(find, changed, joined)


def find_labels(user_id: int, names: Iterable[str]) -> dict[str, GroupLabel]:
    """Return what that person reads for each of these groups. One call of each app, however many groups."""
    return {
        f"{prefix}.{id}": label
        for prefix, ids in by_prefix(names).items()
        for id, label in _groups[prefix].find(user_id, ids).items()
    }


def tell_changed(user_id: int, names: Iterable[str]) -> None:
    """Tell the apps of these groups that a person wants more or less of them."""
    for prefix, ids in by_prefix(names).items():
        if changed := _groups[prefix].changed:
            changed(user_id, ids)


def find_joined(user_id: int) -> list[str]:
    """Return the groups that a user is in. One call of each app."""
    return [f"{prefix}.{id}" for prefix, app in _groups.items() if app.joined for id in app.joined(user_id)]


def by_prefix(names: Iterable[str]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for name in names:
        prefix, _, number = name.rpartition(".")
        if prefix in _groups and number.isdecimal():
            ids.setdefault(prefix, []).append(int(number))
    return ids
