"""The preview of changed settings: their effect on a user's notifications of the last week.

Both the present and the changed settings are applied anew to the whole week, because the stored decisions may come from
older settings.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import ngettext

from notifications import reasons
from notifications.kinds import Kind, find_or_generic
from notifications.models import Notification
from notifications.rules.decisions import Outcome
from notifications.rules.stored_rules import UserRules
from realtime.shared.texts import lazy_text as _

WEEK = timedelta(days=7)
MOST_ITEMS = 2_000
ITEMS_SHOWN = 50
CHANNELS = {"app": _("In your list"), "push": _("Push"), "mail": _("Email")}


@dataclass(frozen=True)
class SettingChange:
    """One changed setting: its name, the rules with this change alone, and the kind or group that it can affect."""

    name: str
    after: UserRules
    kind: str = ""
    group: str = ""

    def may_concern(self, row: Notification) -> bool:
        return self.kind in ("", row.kind) and self.group in ("", row.group)


class Shift(NamedTuple):
    """The change for one notification on one channel. `way`: fewer, more, later, sooner, quieter, louder."""

    channel: str
    way: str
    before: str
    after: str

    @property
    def channel_label(self) -> str:
        return CHANNELS[self.channel]

    @property
    def way_label(self) -> str:
        return WAYS[self.way]


class Item(NamedTuple):
    row: Notification
    kind: Kind
    shifts: list[Shift]


class Effect(NamedTuple):
    """The effect of one change alone, as text; "" for none."""

    name: str
    words: str


@dataclass(frozen=True)
class Preview:
    words: str
    effects: list[Effect]
    items: list[Item]
    more: int
    looked_at: int
    bounded: bool


def find_preview(
    user_id: int, before: UserRules, changes: Sequence[SettingChange], after: UserRules, now: datetime
) -> Preview:
    """Compare the present and the changed rules over the last week's notifications, including held ones.

    One query; at most 2,000 notifications.
    """
    week = Notification.objects.filter(user=user_id, created_at__gte=now - WEEK, retracted_at=None)
    rows = list(week.order_by("-pk")[: MOST_ITEMS + 1])
    looked_at = rows[:MOST_ITEMS]
    before, after = all_week(before), all_week(after)
    found = list(compare(looked_at, before, after))
    effects = [Effect(change.name, words_of_change(change, before, looked_at)) for change in changes]
    return Preview(
        words=words_of(found),
        effects=effects,
        items=found[:ITEMS_SHOWN],
        more=max(0, len(found) - ITEMS_SHOWN),
        looked_at=len(looked_at),
        bounded=len(rows) > MOST_ITEMS,
    )


def all_week(user_rules: UserRules) -> UserRules:
    """Return the rules without "do not disturb", which applies only now."""
    return user_rules._replace(rules=replace(user_rules.rules, do_not_disturb_until=None))


def words_of_change(change: SettingChange, before: UserRules, rows: Iterable[Notification]) -> str:
    concerned = [row for row in rows if change.may_concern(row)]
    return words_of(compare(concerned, before, all_week(change.after)))


def compare(rows: Iterable[Notification], before: UserRules, after: UserRules) -> Iterator[Item]:
    """Yield the notifications whose result differs between the two rules."""
    for row in rows:
        kind = find_or_generic(row.kind)
        if shifts := [*shifts_of(outcomes(row, kind, before), outcomes(row, kind, after))]:
            yield Item(row, kind, shifts)


def outcomes(row: Notification, kind: Kind, user_rules: UserRules) -> dict[str, tuple[str, object]]:
    """Return (reason, result) for each channel: in the app "held", "quiet" or "loud", elsewhere a due time or None."""
    decision = user_rules.decide(kind, row.group, row.created_at)
    app = "held" if decision.held else "quiet" if decision.quiet else "loud"
    return {
        "app": (decision.app.reason, app),
        "push": unless_read(decision.push, row),
        "mail": unless_read(decision.mail, row),
    }


def unless_read(outcome: Outcome, row: Notification) -> tuple[str, datetime | None]:
    if outcome.due_at is not None and row.read_at is not None and row.read_at <= outcome.due_at:
        return reasons.READ_MEANWHILE, None
    return outcome.reason, outcome.due_at


def shifts_of(before: Mapping, after: Mapping) -> Iterator[Shift]:
    for channel in CHANNELS:
        (reason, result), (new_reason, new_result) = before[channel], after[channel]
        if result != new_result:
            yield Shift(channel, name_way(result, new_result), reasons.sentence(reason), reasons.sentence(new_reason))


def name_way(before: object, after: object) -> str:
    if after is None or after == "held":
        return "fewer"
    if before is None or before == "held":
        return "more"
    if isinstance(before, datetime) and isinstance(after, datetime):
        return "later" if after > before else "sooner"
    return "quieter" if after == "quiet" else "louder"


# Singular and plural: "1 fewer push, 12 later emails, 3 fewer in your list".
WORDS: dict[str, dict[str, Callable[[int], str]]] = {
    "app": {
        "fewer": lambda count: ngettext("%(count)s fewer in your list", "%(count)s fewer in your list", count),
        "more": lambda count: ngettext("%(count)s more in your list", "%(count)s more in your list", count),
        "quieter": lambda count: ngettext("%(count)s silent", "%(count)s silent", count),
        "louder": lambda count: ngettext("%(count)s with sound", "%(count)s with sound", count),
    },
    "push": {
        "fewer": lambda count: ngettext("%(count)s fewer push", "%(count)s fewer pushes", count),
        "more": lambda count: ngettext("%(count)s more push", "%(count)s more pushes", count),
        "later": lambda count: ngettext("%(count)s later push", "%(count)s later pushes", count),
        "sooner": lambda count: ngettext("%(count)s earlier push", "%(count)s earlier pushes", count),
    },
    "mail": {
        "fewer": lambda count: ngettext("%(count)s fewer email", "%(count)s fewer emails", count),
        "more": lambda count: ngettext("%(count)s more email", "%(count)s more emails", count),
        "later": lambda count: ngettext("%(count)s later email", "%(count)s later emails", count),
        "sooner": lambda count: ngettext("%(count)s earlier email", "%(count)s earlier emails", count),
    },
}
WAYS = {
    "fewer": _("fewer"),
    "more": _("more"),
    "quieter": _("silent"),
    "louder": _("with sound"),
    "later": _("later"),
    "sooner": _("earlier"),
}


def words_of(items: Iterable[Item]) -> str:
    """Return "12 fewer pushes, 3 more emails"; "" if nothing differs."""
    counts = Counter((shift.channel, shift.way) for item in items for shift in item.shifts)
    return ", ".join(
        write(count) % {"count": f"{count:,}"}
        for channel, ways in WORDS.items()
        for way, write in ways.items()
        if (count := counts[channel, way])
    )
