"""One page of a user's list: the notifications that match a filter, newest first, by day."""

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
    """The filter that a user chose, as it is in the page's URL."""

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
        """Return the user's notifications that match. A stream that they may not see is treated as unknown."""
        rows = Notification.objects.filter(user=user.pk)
        streams = Stream.objects.visible_to(user).filter(slug=self.stream) if self.stream else None
        return rows.filtered(show=self.show, kind=self.kind, streams=streams)


class Day(NamedTuple):
    date: date
    name: str
    rows: list[Notification]


class Listing(NamedTuple):
    """Some rows by day, and the position below which the next page starts (None: this is the last page)."""

    days: list[Day]
    next: int | None


def find_listing(user, choice: Choice, *, before: int | None = None, ids: Collection[int] = ()) -> Listing:
    """Return a page below a position; with `ids`, only these notifications and those that share a row with them."""
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
    """Return a filter for these notifications and their groups: a change can move one from one row into another."""
    named = Notification.objects.filter(user=user.pk, pk__in=ids).exclude(group="")
    return Q(pk__in=ids) | Q(group__in=set(named.values_list("group", flat=True)))


def day_of(row: Notification) -> date:
    return timezone.localtime(row.created_at).date()


def notifying_streams(user) -> list[Stream]:
    """Return the streams from which a user has notifications and which they may see, by name."""
    of_theirs = Notification.objects.filter(user=user.pk, stream=OuterRef("pk"), held=False)
    return list(Stream.objects.visible_to(user).filter(Exists(of_theirs)).order_by("name"))


def read_numbers(text: str) -> list[int]:
    """Read whole numbers separated by commas, at most IDS_AT_ONCE."""
    numbers = map(read_number, text.split(",", IDS_AT_ONCE)[:IDS_AT_ONCE])
    return [number for number in numbers if number is not None]


def read_number(text: str | None) -> int | None:
    """Read a whole number from a URL; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
