"""The filters of a search (`from:ada`, `in:general`, `has:link` …): what each means for the person who searches."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.utils import timezone

from accounts.names.folded_text import fold, fold_for_search
from chat.models import Room
from chat.search.message_documents import FILE_KINDS
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _
from search.query import Filter

HAS = ("file", *FILE_KINDS, "link", "code")
IS = ("mention", "edited")


class Unknown(Exception):
    """A filter means nothing here; its text says so. What one may not see is unknown, too."""

    def __init__(self, text: str) -> None:
        super().__init__(str(text))
        self.text = text


class Scope(NamedTuple):
    """Who searches, and in which rooms."""

    user: Any
    rooms: frozenset[int]


class Condition(NamedTuple):
    """What a filter demands of a message:

    one of the `facts` and none of `unless`, and to be posted between two moments.
    """

    facts: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def read_filter(found: Filter, scope: Scope) -> Condition:
    """Return what a filter demands. Raises Unknown."""
    return READERS[found.name](found.value, scope)


def read_from(value: str, scope: Scope) -> Condition:
    name = value.removeprefix("@")
    if fold(name) in ("me", fold(str(_("me")))):
        return Condition((f"author.{scope.user.pk}",))
    ids = get_user_model().objects.filter(username=fold(name)).values_list("pk", flat=True)
    if not ids:
        raise Unknown(fill_lazy(_("Nobody has the username “%(name)s”."), name=name))
    return Condition(tuple(f"author.{pk}" for pk in ids))


def read_in(value: str, scope: Scope) -> Condition:
    rooms = rooms_with(value, scope) if value.startswith("@") else rooms_named(value.removeprefix("#"), scope)
    if not rooms:
        raise Unknown(fill_lazy(_("You are in no room with the name “%(name)s”."), name=value))
    return Condition(tuple(f"room.{pk}" for pk in rooms))


def rooms_named(name: str, scope: Scope) -> list[int]:
    """Return the rooms of that name; where there are none, those whose name differs only in its accents."""
    bare = fold_for_search(name)
    rooms = Room.objects.filter(search_text__contains=bare).exclude(kind=Room.Kind.DIRECT)
    alike = [
        (pk, folded)
        for pk, folded in rooms.values_list("pk", "folded_name")
        if pk in scope.rooms and fold_for_search(folded) == bare
    ]
    return [pk for pk, folded in alike if folded == fold(name)] or [pk for pk, _ in alike]


def rooms_with(value: str, scope: Scope) -> list[int]:
    """Return the conversation with these people: "@ada" or "@ada,@bob"."""
    names = {fold(name.strip().removeprefix("@")) for name in value.split(",")}
    ids = set(get_user_model().objects.filter(username__in=names).values_list("pk", flat=True))
    if len(ids) != len(names):
        return []
    key = "-".join(map(str, sorted(ids | {scope.user.pk})))
    return list(Room.objects.filter(direct_key=key).values_list("pk", flat=True))


def read_has(value: str, scope: Scope) -> Condition:
    if value.lower() not in HAS:
        raise Unknown(fill_lazy(_("“has:” takes one of: %(values)s."), values=", ".join(HAS)))
    return Condition((value.lower(),))


def read_is(value: str, scope: Scope) -> Condition:
    match value.lower():
        case "mention":
            # Who calls the whole room does not mention themselves.
            return Condition((f"mention.{scope.user.pk}", "everybody"), unless=(f"author.{scope.user.pk}",))
        case "edited":
            return Condition(("edited",))
    raise Unknown(fill_lazy(_("“is:” takes one of: %(values)s."), values=", ".join(IS)))


def read_before(value: str, scope: Scope) -> Condition:
    return Condition(until=start_of(read_days(value)[0]))


def read_after(value: str, scope: Scope) -> Condition:
    return Condition(since=start_of(read_days(value)[1]))


def read_on(value: str, scope: Scope) -> Condition:
    first, after = read_days(value)
    return Condition(since=start_of(first), until=start_of(after))


def read_days(value: str) -> tuple[date, date]:
    """Return the first day that is meant and the one after the last: 2026-11-27, 2026-11 or 2026; today, yesterday."""
    today = timezone.localdate()
    words = {"today": today, str(_("today")): today}
    words |= {"yesterday": today - timedelta(days=1), str(_("yesterday")): today - timedelta(days=1)}
    if named := words.get(value.lower()):
        return named, named + timedelta(days=1)
    parts = value.split("-")
    try:
        year, month, day = (int(part) for part in [*parts, *["1"] * (3 - len(parts))])
        first = date(year, month, day)
        match len(parts):
            case 1:
                return first, date(year + 1, 1, 1)
            case 2:
                return first, date(year + month // 12, month % 12 + 1, 1)
        return first, first + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Unknown(fill_lazy(_("Write a day as 2026-11-27, not “%(value)s”."), value=value)) from None


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins for the person who searches."""
    return timezone.make_aware(datetime.combine(day, time()))


READERS: dict[str, Callable[[str, Scope], Condition]] = {
    "from": read_from,
    "in": read_in,
    "has": read_has,
    "is": read_is,
    "before": read_before,
    "after": read_after,
    "on": read_on,
}
