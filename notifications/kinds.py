"""The kinds of notifications that there are. Apps register theirs when they are ready."""

from dataclasses import dataclass

CHANNELS = ("app", "push", "mail")


@dataclass(frozen=True)
class Kind:
    """What a notification is about. `channels`: where it goes unless the person chose otherwise.

    A person may switch an `optional` one off; an `urgent` one comes through quiet hours. An `ambient` one, everything
    that is said in a room, is only for those who want everything of its group.
    """

    name: str
    label: str
    icon: str
    channels: frozenset[str] = frozenset(CHANNELS)
    optional: bool = True
    urgent: bool = False
    ambient: bool = False


class UnknownKindError(ValueError):
    """Nobody has registered this kind."""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make these kinds known; from an app's `ready()`. A name twice with another meaning is a mistake."""
    for kind in kinds:
        if unknown := kind.channels - set(CHANNELS):
            raise ValueError(f"The kind {kind.name} names channels that there are not: {', '.join(sorted(unknown))}.")
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"The kind {kind.name} is registered twice.")


def find(name: str) -> Kind:
    """Return a kind by its name. Raises UnknownKindError."""
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(sorted(_kinds)) or "none is registered"
        raise UnknownKindError(f"There is no kind of notifications called {name!r}. There are: {known}.") from None


def find_or_generic(name: str) -> Kind:
    """Return a kind; one whose app is gone still has its name and a bell."""
    try:
        return find(name)
    except UnknownKindError:
        return Kind(name, name.replace("_", " ").capitalize(), "bell")


def all_kinds() -> list[Kind]:
    return list(_kinds.values())
