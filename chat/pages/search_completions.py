"""Completions of the word that is typed into the search box: filters, and values that the person may see."""

from itertools import islice
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from accounts.names.folded_text import fold_for_search
from chat.models import Membership, Room
from chat.pages.day_completions import day_values
from chat.pages.directory import find_people, named
from chat.search.filters import HAS, IS
from realtime.shared.texts import lazy_text as _
from search.query import FILTERS

MOST_SHOWN = 8

HELP = {
    "from": _("messages of a person"),
    "in": _("messages in a room or conversation"),
    "has": _("messages with a file, a link or code"),
    "is": _("mentions of you, or edited messages"),
    "before": _("before a day"),
    "after": _("after a day"),
    "on": _("on a day"),
}
VALUE_HELP = {
    "me": _("you"),
    "file": _("with a file of any kind"),
    "image": _("with a picture"),
    "video": _("with a video"),
    "audio": _("with a recording"),
    "link": _("with a link"),
    "code": _("with code"),
    "mention": _("mentions you"),
    "edited": _("edited"),
    "today": _("today"),
    "yesterday": _("yesterday"),
}
# Values that people also write in their language.
WORDS = {"me": _("me"), "today": _("today"), "yesterday": _("yesterday")}


class Completion(NamedTuple):
    """What may stand in place of the word, and what it means. `is_open`: a value is typed next, without a space."""

    value: str
    label: str
    is_open: bool = False


def complete(user, word: str) -> list[Completion]:
    """Return completions of one word of a query: names of filters, then values of the filter that it begins with."""
    sign = "-" if word.startswith("-") else ""
    name, colon, value = word.removeprefix("-").partition(":")
    name = name.lower()
    if not colon:
        starting = [each for each in FILTERS if name and each.startswith(name)]
        return [Completion(f"{sign}{each}:", str(HELP[each]), is_open=True) for each in starting]
    if name not in FILTERS:
        return []
    return [
        Completion(f"{sign}{name}:{quote_filter_value(each)}", label)
        for each, label in values_of(name, value.strip('"'), user)
    ]


def values_of(name: str, typed: str, user) -> list[tuple[str, str]]:
    match name:
        case "from":
            return fixed_values(("me",), typed) + people_values(typed)
        case "in":
            return room_values(user, typed)
        case "has":
            return fixed_values(HAS, typed)
        case "is":
            return fixed_values(IS, typed)
    return [*fixed_values(("today", "yesterday"), typed), *day_values(typed)][:MOST_SHOWN]


def fixed_values(values: tuple[str, ...], typed: str) -> list[tuple[str, str]]:
    """Return the values that begin so in English or in the language of the person.

    The English one is completed: a search in it has an address that colleagues can open.
    """
    typed = fold_for_search(typed)
    named = [(value, str(VALUE_HELP[value]), str(WORDS.get(value, ""))) for value in values]
    return [(value, label) for value, label, word in named if typed in (value[: len(typed)], word[: len(typed)])]


def people_values(typed: str) -> list[tuple[str, str]]:
    return [(f"@{person.username}", person.name) for person in find_people(typed)[:MOST_SHOWN]]


def room_values(user, typed: str) -> list[tuple[str, str]]:
    """Return the rooms that `user` may see, theirs first, and their conversations with one person."""
    found = [(f"#{name}", "") for name in room_names(user, typed.removeprefix("#"))]
    if typed.startswith("#"):
        return found
    conversations = Room.objects.of(user).filter(kind=Room.Kind.DIRECT).values("pk")
    others = find_people(typed).filter(memberships__room__in=conversations).exclude(pk=user.pk).distinct()
    return (found + [(f"@{person.username}", person.name) for person in others[:MOST_SHOWN]])[:MOST_SHOWN]


def room_names(user, typed: str) -> list[str]:
    rooms = named(Room.objects.visible_to(user).exclude(kind=Room.Kind.DIRECT), typed)
    own = Exists(Membership.objects.filter(room=OuterRef("pk"), user=user, active=True))
    names = rooms.order_by(own.desc(), "folded_name").values_list("name", flat=True)
    # Those that have the words in their topics alone are left out. Several private rooms may have one name.
    parts = fold_for_search(typed).split()
    fitting = (name for name in dict.fromkeys(names) if all(part in fold_for_search(name) for part in parts))
    return list(islice(fitting, MOST_SHOWN))


def quote_filter_value(value: str) -> str:
    return f'"{value}"' if " " in value else value
