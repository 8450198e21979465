"""The registry of notification groups. The app that owns a group names it: "room.42" is shown as the room's name."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class GroupLabel:
    """The name and the URL that a user sees instead of "room.42".

    `is_direct`: every message in the group is for its reader, as in a direct conversation.
    """

    name: str
    url: str = ""
    is_direct: bool = False


type FindLabels = Callable[[int, Collection[int]], dict[int, GroupLabel]]
type Changed = Callable[[int, Collection[int]], None]
type FindJoined = Callable[[int], Collection[int]]


@dataclass(frozen=True)
class Groups:
    """The functions that an app registered for its groups."""

    find: FindLabels
    changed: Changed | None
    joined: FindJoined | None


_groups: dict[str, Groups] = {}


def register(prefix: str, find: FindLabels, changed: Changed | None = None, joined: FindJoined | None = None) -> None:
    """Register the functions for the groups `<prefix>.<id>`; call it in an app's `ready()`.

    `find(user_id, ids)` returns the labels of the groups that this user may see and leaves out the others.
    `changed(user_id, ids)` is called inside the transaction when a user's level in some of the groups has changed.
    `joined(user_id)` returns the ids of all groups that a user is in: their keywords are looked for in these. The app
    then calls `services.enter_group` and `services.leave_group` for every later change.
    """
    _groups[prefix] = Groups(find, changed, joined)


def find_labels(user_id: int, names: Iterable[str]) -> dict[str, GroupLabel]:
    """Return this user's labels for these groups. One call of each app, however many groups there are."""
    return {
        f"{prefix}.{id}": label
        for prefix, ids in by_prefix(names).items()
        for id, label in _groups[prefix].find(user_id, ids).items()
    }


def call_changed(user_id: int, names: Iterable[str]) -> None:
    """Call each app's `changed` function for the groups in which a user's level has changed."""
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
