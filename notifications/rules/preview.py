"""What other settings would have done with a user's notifications of the last week, beside the present settings.

Both are applied anew, as if they had held all week: what was really decided may be older than a rule.
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
CHANNELS = {"app": _("In the list"), "push": _("Push"), "mail": _("Mail")}


@dataclass(frozen=True)
class Change:
    """One thing that would be another: its name, the rules with this alone, and whom it may concern."""

    name: str
    after: UserRules
    kind: str = ""
    group: str = ""

    def may_concern(self, row: Notification) -> bool:
        return self.kind in ("", row.kind) and self.group in ("", row.group)


class Shift(NamedTuple):
    """What would become of one notification on one channel. `way`: fewer, more, later, sooner, quieter, louder."""

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
    """What one change alone would have done, in words; "" is nothing."""

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
    user_id: int, before: UserRules, changes: Sequence[Change], after: UserRules, now: datetime
) -> Preview:
    """Compare the rules before and after over the last week's notifications, held ones, too.

    One query; at most 2,000 items.
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
    """Return it without what holds only now."""
    return user_rules._replace(rules=replace(user_rules.rules, do_not_disturb_until=None))


def words_of_change(change: Change, before: UserRules, rows: Iterable[Notification]) -> str:
    concerned = [row for row in rows if change.may_concern(row)]
    return words_of(compare(concerned, before, all_week(change.after)))


def compare(rows: Iterable[Notification], before: UserRules, after: UserRules) -> Iterator[Item]:
    """Yield the notifications of which something would become otherwise."""
    for row in rows:
        kind = find_or_generic(row.kind)
        if shifts := [*shifts_of(outcomes(row, kind, before), outcomes(row, kind, after))]:
            yield Item(row, kind, shifts)


def outcomes(row: Notification, kind: Kind, user_rules: UserRules) -> dict[str, tuple[str, object]]:
    """Return for each channel the reason and what comes of it: "held", "quiet", "loud"; a time to go out, or None."""
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
        (reason, what), (new_reason, new_what) = before[channel], after[channel]
        if what != new_what:
            yield Shift(channel, name_way(what, new_what), reasons.sentence(reason), reasons.sentence(new_reason))


def name_way(before: object, after: object) -> str:
    if after is None or after == "held":
        return "fewer"
    if before is None or before == "held":
        return "more"
    if isinstance(before, datetime) and isinstance(after, datetime):
        return "later" if after > before else "sooner"
    return "quieter" if after == "quiet" else "louder"


# One, several: "1 push fewer, 12 mails later, 3 fewer in the list".
WORDS: dict[str, dict[str, Callable[[int], str]]] = {
    "app": {
        "fewer": lambda count: ngettext("%(count)s fewer in the list", "%(count)s fewer in the list", count),
        "more": lambda count: ngettext("%(count)s more in the list", "%(count)s more in the list", count),
        "quieter": lambda count: ngettext("%(count)s without a sound", "%(count)s without a sound", count),
        "louder": lambda count: ngettext("%(count)s with a sound", "%(count)s with a sound", count),
    },
    "push": {
        "fewer": lambda count: ngettext("%(count)s push fewer", "%(count)s pushes fewer", count),
        "more": lambda count: ngettext("%(count)s push more", "%(count)s pushes more", count),
        "later": lambda count: ngettext("%(count)s push later", "%(count)s pushes later", count),
        "sooner": lambda count: ngettext("%(count)s push sooner", "%(count)s pushes sooner", count),
    },
    "mail": {
        "fewer": lambda count: ngettext("%(count)s mail fewer", "%(count)s mails fewer", count),
        "more": lambda count: ngettext("%(count)s mail more", "%(count)s mails more", count),
        "later": lambda count: ngettext("%(count)s mail later", "%(count)s mails later", count),
        "sooner": lambda count: ngettext("%(count)s mail sooner", "%(count)s mails sooner", count),
    },
}
WAYS = {
    "fewer": _("fewer"),
    "more": _("more"),
    "quieter": _("quieter"),
    "louder": _("louder"),
    "later": _("later"),
    "sooner": _("sooner"),
}


def words_of(items: Iterable[Item]) -> str:
    """Return "12 pushes fewer, 3 mails more"; "" where nothing would be otherwise."""
    counts = Counter((shift.channel, shift.way) for item in items for shift in item.shifts)
    return ", ".join(
        write(count) % {"count": f"{count:,}"}
        for channel, ways in WORDS.items()
        for way, write in ways.items()
        if (count := counts[channel, way])
    )
