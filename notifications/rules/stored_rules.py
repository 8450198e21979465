"""The rules of many users, read from the database in a constant number of queries, and the decisions by them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.functional import Promise

from accounts.identity.languages import find_spoken
from accounts.identity.people import column, email_column
from notifications import kinds
from notifications.conf import setting
from notifications.kinds import CHANNELS, Kind
from notifications.models import Device, GroupRule, KindDefault, Notification
from notifications.rules.decisions import Decision, OperatorRule, Rules, decide
from notifications.rules.preferences import USUAL, Level
from notifications.rules.wall_clock import QuietHours

WEEKDAYS = "0123456"
FIELDS = (
    "channels",
    "quiet_hours",
    "urgent_breaks_quiet",
    "do_not_disturb_until",
    "mail",
    "email_after_minutes",
    "email_daily_at",
)
PREFERENCES = [f"notification_preferences__{field}" for field in FIELDS]


class UserRules(NamedTuple):
    """The rules of one user: the general ones, and the levels in groups where they differ from the default."""

    rules: Rules
    levels: Mapping[str, Level] = {}

    def decide(self, kind: Kind, group: str, now: datetime) -> Decision:
        chosen = self.levels.get(group, USUAL)
        push_after = timedelta(seconds=setting("PUSH_AFTER_SECONDS"))
        return decide(kind, self.rules, now, level=chosen.level, muted_until=chosen.muted_until, push_after=push_after)


def load_rules(user_ids: Collection[int], groups: Iterable[str] = ()) -> dict[int, UserRules]:
    """Return the rules of these users, with their levels in these groups. Three queries.

    Users with equal settings share one Rules object, so that a decision for one holds for all of them.
    """
    operator = operator_rules()
    levels = group_levels(user_ids, {group for group in groups if group})
    shared: dict[str, Rules] = {}
    rules_by_user = {}
    for user_id, zone, email, language, browser_language, *wanted in read_rows(user_ids):
        spoken = find_spoken(language, browser_language)
        same = f"{zone} {spoken} {bool(email)} {wanted}"
        rules = shared.get(same)
        if rules is None:
            rules = shared[same] = make_rules(zone, spoken, email, wanted, operator)
        rules_by_user[user_id] = UserRules(rules, levels.get(user_id, {}))
    return rules_by_user


def make_rules(zone: str, language: str, email: str, wanted: Sequence, operator: Mapping[str, OperatorRule]) -> Rules:
    has_device, *chosen = wanted
    about = {
        "zone": find_zone(zone),
        "language": language,
        "has_device": has_device,
        "has_address": bool(email),
        "site_sends_email": setting("NOTIFICATIONS_BY_EMAIL"),
        "operator": operator,
    }
    has_a_row = chosen[0] is not None
    return Rules(**about, **(drop_invalid(dict(zip(FIELDS, chosen, strict=True))) if has_a_row else {}))


def read_rows(user_ids: Collection[int]) -> Iterable[tuple]:
    listening = Device.objects.reachable().filter(user=OuterRef("pk"))
    people = get_user_model()._default_manager.filter(pk__in=user_ids).annotate(has_device=Exists(listening))
    zone, email = column("time_zone", settings.TIME_ZONE), email_column()
    languages = column("language", ""), column("browser_language", "")
    return people.values_list("pk", zone, email, *languages, "has_device", *PREFERENCES)


def group_levels(user_ids: Collection[int], groups: Collection[str]) -> dict[int, dict[str, Level]]:
    found: dict[int, dict[str, Level]] = {}
    rules = GroupRule.objects.filter(user__in=user_ids, group__in=groups) if groups else ()
    for rule in rules:
        found.setdefault(rule.user_id, {})[rule.group] = Level(rule.level, rule.muted_until)
    return found


def operator_rules() -> dict[str, OperatorRule]:
    """Return the operator's rules by kind."""
    return {
        row.kind: OperatorRule(frozenset(channel for channel in CHANNELS if getattr(row, channel)), row.locked)
        for row in KindDefault.objects.all()
    }


@lru_cache(maxsize=1000)
def find_zone(name: str) -> ZoneInfo:
    """Return a time zone, or the site's if this machine does not know the name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def drop_invalid(chosen: dict) -> dict:
    """Drop invalid parts of stored settings: one bad row must not stop the notifications of a thousand users."""
    quiet_hours, channels = chosen["quiet_hours"], chosen["channels"]
    return chosen | {
        "quiet_hours": clean_hours(quiet_hours) if isinstance(quiet_hours, dict) else {},
        "channels": {kind: each for kind, each in channels.items() if isinstance(each, dict)}
        if isinstance(channels, dict)
        else {},
    }


def clean_hours(hours: dict) -> QuietHours:
    return {day: times for day, times in hours.items() if day in WEEKDAYS and is_span(times)}


def is_span(times: Any) -> bool:
    try:
        start, end = times
        return all(time.fromisoformat(text).tzinfo is None for text in (start, end))
    except (TypeError, ValueError):
        return False


def rule_over(rows: Collection[Notification], now: datetime) -> list[Notification]:
    """Set the decision and the due times of new notifications, and translate lazy titles into each reader's language.

    Users who no longer exist are left out.
    """
    rules_by_user = load_rules({row.user_id for row in rows}, {row.group for row in rows})
    rows = [row for row in rows if row.user_id in rules_by_user]
    decided: dict[tuple, Decision] = {}
    reasons: dict[int, dict[str, str]] = {}
    for row in rows:
        user_rules = rules_by_user[row.user_id]
        same = (row.kind, id(user_rules.rules), user_rules.levels.get(row.group))
        decision = decided.get(same)
        if decision is None:
            decision = decided[same] = user_rules.decide(kinds.find_kind(row.kind), row.group, now)
            reasons[id(decision)] = {channel: getattr(decision, channel).reason for channel in CHANNELS}
        if isinstance(row.title, Promise):
            with translation.override(user_rules.rules.language):
                row.title = str(row.title)
        row.decisions = reasons[id(decision)]
        row.held = decision.held
        row.push_due_at, row.email_due_at = decision.push.due_at, decision.mail.due_at
    return rows
