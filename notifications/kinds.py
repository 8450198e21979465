"""The registry of notification kinds. Apps register theirs in `ready()`."""

from dataclasses import dataclass

CHANNELS = ("app", "push", "mail")


@dataclass(frozen=True)
class Kind:
    """The subject of a notification, such as a mention. `channels`: its channels unless the user chose others.

    Users can turn off an `optional` kind. A `quiet` one is in the list, without a toast or a sound. An `urgent` kind
    ignores quiet hours. An `ambient` kind (every message of a room) is only for users whose level in the group is
    "everything".
    """

    name: str
    label: str
    icon: str
    channels: frozenset[str] = frozenset(CHANNELS)
    optional: bool = True
    urgent: bool = False
    ambient: bool = False
    quiet: bool = False


class UnknownKindError(ValueError):
    """No app has registered this kind."""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Register kinds; call it in an app's `ready()`. Raises ValueError for a name that is already defined otherwise."""
    for kind in kinds:
        if unknown := kind.channels - set(CHANNELS):
            raise ValueError(f"The kind {kind.name} has unknown channels: {', '.join(sorted(unknown))}.")
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"The kind {kind.name} is registered twice.")


def find_kind(name: str) -> Kind:
    """Return a kind by its name. Raises UnknownKindError."""
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(sorted(_kinds)) or "none"
        raise UnknownKindError(f"No kind of notification is called {name!r}. Registered kinds: {known}.") from None


def find_or_generic(name: str) -> Kind:
    """Return a kind by its name, or a generic one with a bell as its icon if its app has been removed."""
    try:
        return find_kind(name)
    except UnknownKindError:
        return Kind(name, name.replace("_", " ").capitalize(), "bell")


def all_kinds() -> list[Kind]:
    return list(_kinds.values())
