"""One page of a user's list: the notifications that a filter shows, newest first, by day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.pages.local_time import day_name
from notifications.inbox.row_groups import group_rows
from notifications.kinds import find_or_generic
from notifications.models import Notification, Stream
from notifications.models.querysets import SHOWN, NotificationQuerySet
from notifications.models.stream_access import hide_streams

ROWS_A_PAGE = 30
IDS_AT_ONCE = 100
DIGITS = 18  # A 64-bit number may have 19.


@dataclass(frozen=True)
class Choice:
    """What a person chose to see; it stands in the page's address."""

    show: str = "all"
    kind: str = ""
    stream: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Choice":
        show = values.get("show", "all")
        named = {name: values.get(name, "").replace("\0", "")[:50] for name in ("kind", "stream")}
        return cls(show=show if show in SHOWN else "all", **named)

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.stream)

    @property
    def kind_label(self) -> str:
        return find_or_generic(self.kind).label if self.kind else ""

    def rows(self, user) -> NotificationQuerySet:
        """Return what it shows that person. A stream that they may not see is one that is not there."""
        rows = Notification.objects.filter(user=user.pk)
        streams = Stream.objects.visible_to(user).filter(slug=self.stream) if self.stream else None
        return rows.filtered(show=self.show, kind=self.kind, streams=streams)


class Day(NamedTuple):
    date: date
    name: str
    rows: list[Notification]


class Listing(NamedTuple):
    """Some rows by day, and below which place the next page starts (None: there is none)."""

    days: list[Day]
    next: int | None


def find_listing(user, choice: Choice, *, before: int | None = None, ids: Collection[int] = ()) -> Listing:
    """Return a page below a place; with `ids`, only those among them and what stands in one row with them."""
    rows = choice.rows(user).page(before=before).select_related("actor", "stream")
    if ids:
        rows = rows.filter(in_their_groups(user, list(ids)[:IDS_AT_ONCE]))
    size = IDS_AT_ONCE if ids else ROWS_A_PAGE
    found = list(rows[: size + 1])
    shown = found[:size]
    hide_streams(shown)
    for row in shown:
        row.about = find_or_generic(row.kind)
    days = [Day(day, day_name(day), group_rows(some)) for day, some in groupby(shown, key=day_of)]
    return Listing(days, shown[-1].position if len(found) > size else None)


def in_their_groups(user, ids: Collection[int]) -> Q:
    """Name these and those of their groups: one that changed leaves its row, or comes into another."""
    named = Notification.objects.filter(user=user.pk, pk__in=ids).exclude(group="")
    return Q(pk__in=ids) | Q(group__in=set(named.values_list("group", flat=True)))


def day_of(row: Notification) -> date:
    return timezone.localtime(row.created_at).date()


def heard_streams(user) -> list[Stream]:
    """Return the streams of which a person has notifications and which they may see, by name."""
    of_theirs = Notification.objects.filter(user=user.pk, stream=OuterRef("pk"), held=False)
    return list(Stream.objects.visible_to(user).filter(Exists(of_theirs)).order_by("name"))


def read_numbers(text: str) -> list[int]:
    """Read the whole numbers between commas, at most as many as go at once."""
    numbers = map(read_number, text.split(",", IDS_AT_ONCE)[:IDS_AT_ONCE])
    return [number for number in numbers if number is not None]


def read_number(text: str | None) -> int | None:
    """Read a whole number of an address; what is none is as if it were not there."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
