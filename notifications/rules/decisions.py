"""Decide where a notification goes, when, and why. No I/O and no clock: the same answer for the same rules and time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from notifications import reasons
from notifications.kinds import Kind
from notifications.rules.wall_clock import QuietHours, next_time_of_day, quiet_until

EVERYTHING, NOTHING = "everything", "nothing"
QUIET = {reasons.QUIET_HOURS, reasons.DO_NOT_DISTURB}
PUSH_AFTER = timedelta(seconds=5)
NO_ZONE = ZoneInfo("UTC")


class OperatorRule(NamedTuple):
    """What the operator wants of a kind; `locked`: nobody chooses otherwise."""

    channels: frozenset[str]
    locked: bool = False


@dataclass(frozen=True)
class Rules:
    """What one person wants, and can get. The defaults are those of somebody who has chosen nothing."""

    channels: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    quiet_hours: QuietHours = field(default_factory=dict)
    zone: ZoneInfo = NO_ZONE
    language: str = "en"  # of what is written for them
    urgent_breaks_quiet: bool = True
    do_not_disturb_until: datetime | None = None
    mail: str = "unread"
    mail_after_minutes: int = 15
    mail_daily_at: time = time(8)
    has_device: bool = False
    has_address: bool = False
    site_sends_mail: bool = True
    operator: Mapping[str, OperatorRule] = field(default_factory=dict)


class Outcome(NamedTuple):
    """What becomes of a notification on one channel. `due_at`: when it goes out; None: it does not, or is there."""

    reason: str
    due_at: datetime | None = None


class Decision(NamedTuple):
    """`held`: it does not stand in the list. `quiet`: it does, but without a toast and a sound."""

    app: Outcome
    push: Outcome
    mail: Outcome
    held: bool
    quiet: bool


def decide(
    kind: Kind,
    rules: Rules,
    now: datetime,
    *,
    level: str = "mentions",
    muted_until: datetime | None = None,
    push_after: timedelta = PUSH_AFTER,
) -> Decision:
    """Say what becomes of a notification of this kind that comes now, for a person with these rules.

    `level` and `muted_until` are what they chose for its group.
    """
    if reason := unwanted(kind, level, muted_until, now):
        return Decision(Outcome(reason), Outcome(reason), Outcome(reason), held=True, quiet=False)
    held = find_switch(kind, "app", rules) or ""
    app = held or quiet_reason(kind, rules, now)
    return Decision(
        app=Outcome(app),
        push=decide_push(kind, rules, now, push_after),
        mail=decide_mail(kind, rules, now),
        held=bool(held),
        quiet=app in QUIET,
    )


def unwanted(kind: Kind, level: str, muted_until: datetime | None, now: datetime) -> str:
    """Return why a person wants nothing of this kind from its group, on any channel; "" where they do."""
    if kind.ambient and level != EVERYTHING:
        return reasons.LEVEL_NOTHING if level == NOTHING else reasons.LEVEL_MENTIONS
    if not kind.optional:
        return ""
    if level == NOTHING:
        return reasons.LEVEL_NOTHING
    return reasons.MUTED if muted_until is not None and muted_until > now else ""


def decide_push(kind: Kind, rules: Rules, now: datetime, push_after: timedelta = PUSH_AFTER) -> Outcome:
    """Say when a push goes out: soon, or when there is no need for quiet any more."""
    if reason := find_switch(kind, "push", rules) or ("" if rules.has_device else reasons.NO_DEVICE):
        return Outcome(reason)
    due_at = now + push_after
    return wait_for_quiet(kind, rules, due_at) or Outcome(quiet_reason(kind, rules, now), due_at)


def decide_mail(kind: Kind, rules: Rules, now: datetime) -> Outcome:
    """Say when a mail goes out, in the way that the person chose."""
    if reason := find_switch(kind, "mail", rules) or no_mail(rules):
        return Outcome(reason)
    match rules.mail:
        case "daily":
            due_at = next_time_of_day(rules.mail_daily_at, rules.zone, now)
            later = wait_for_quiet(kind, rules, due_at)
            return Outcome(reasons.DAILY_DIGEST, later.due_at if later else due_at)
        case "unread":
            usual = Outcome(reasons.AFTER_UNREAD, now + timedelta(minutes=rules.mail_after_minutes))
        case _:
            usual = Outcome(reasons.AT_ONCE, now)
    return wait_for_quiet(kind, rules, usual.due_at or now) or usual


def no_mail(rules: Rules) -> str:
    if not rules.site_sends_mail:
        return reasons.NO_MAIL_SERVER
    if rules.mail == "never":
        return reasons.MAIL_OFF
    return "" if rules.has_address else reasons.NO_ADDRESS


def find_switch(kind: Kind, channel: str, rules: Rules) -> str:
    """Return why a kind does not come by a channel; "" where it does."""
    default = by_default(kind, channel, rules)
    chosen = default if is_locked(kind, channel, rules) else rules.channels.get(kind.name, {}).get(channel, default)
    if chosen:
        return ""
    if default:
        return reasons.KIND_OFF
    return reasons.OPERATOR_OFF if kind.name in rules.operator else reasons.KIND_DEFAULT_OFF


def by_default(kind: Kind, channel: str, rules: Rules) -> bool:
    """Say whether a kind comes by a channel where the person has not chosen."""
    operator = rules.operator.get(kind.name)
    return channel in (kind.channels if operator is None else operator.channels)


def is_locked(kind: Kind, channel: str, rules: Rules) -> bool:
    """Say whether the person has no choice: the operator locked the kind, or it may not be switched off."""
    operator = rules.operator.get(kind.name)
    return (operator is not None and operator.locked) or (not kind.optional and by_default(kind, channel, rules))


def wait_for_quiet(kind: Kind, rules: Rules, moment: datetime) -> Outcome | None:
    """Return for what something of this kind waits that would go out then, and until when; None: for nothing."""
    if urgent_breaks(kind, rules):
        return None
    undisturbed = rules.do_not_disturb_until
    if undisturbed is not None and undisturbed > moment:
        reason, until = reasons.DO_NOT_DISTURB, undisturbed.astimezone(UTC)
    else:
        reason, until = reasons.QUIET_HOURS, moment
    later = quiet_until(rules.quiet_hours, rules.zone, until) if rules.quiet_hours else None
    return Outcome(reason, later or until) if (later or until) > moment else None


def quiet_reason(kind: Kind, rules: Rules, now: datetime) -> str:
    """Return why it is quiet now, that it is urgent, or that all is as usual."""
    calm = wait_for_quiet(kind, rules, now)
    if calm:
        return calm.reason
    if urgent_breaks(kind, rules) and is_quiet(rules, now):
        return reasons.URGENT
    return reasons.USUAL


def urgent_breaks(kind: Kind, rules: Rules) -> bool:
    return kind.urgent and rules.urgent_breaks_quiet


def is_quiet(rules: Rules, now: datetime) -> bool:
    undisturbed = rules.do_not_disturb_until
    if undisturbed is not None and undisturbed > now:
        return True
    return bool(rules.quiet_hours) and quiet_until(rules.quiet_hours, rules.zone, now) is not None
