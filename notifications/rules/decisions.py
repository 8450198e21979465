"""The decision where a notification goes, when, and why. No I/O and no clock: it depends on its arguments alone."""

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
    """The operator's channels for a kind. `locked`: users cannot change them."""

    channels: frozenset[str]
    locked: bool = False


@dataclass(frozen=True)
class Rules:
    """The settings of one user, and the channels that can reach them. The defaults are those of a new user."""

    channels: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    quiet_hours: QuietHours = field(default_factory=dict)
    zone: ZoneInfo = NO_ZONE
    language: str = "en"  # the language of texts written for them
    urgent_breaks_quiet: bool = True
    do_not_disturb_until: datetime | None = None
    mail: str = "unread"
    email_after_minutes: int = 15
    email_daily_at: time = time(8)
    has_device: bool = False
    has_address: bool = False
    site_sends_email: bool = True
    operator: Mapping[str, OperatorRule] = field(default_factory=dict)


class Outcome(NamedTuple):
    """The decision on one channel. `due_at`: when to send it; None: it is not sent, or is in the list already."""

    reason: str
    due_at: datetime | None = None


class Decision(NamedTuple):
    """The decisions on all channels. `held`: kept out of the list. `quiet`: listed, but without a toast or a sound."""

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
    """Decide about a notification of this kind at this time, for a user with these rules.

    `level` and `muted_until` are the user's choices for its group.
    """
    if reason := unwanted(kind, level, muted_until, now):
        return Decision(Outcome(reason), Outcome(reason), Outcome(reason), held=True, quiet=False)
    held = find_switch(kind, "app", rules) or ""
    app = held or quiet_reason(kind, rules, now)
    return Decision(
        app=Outcome(app),
        push=decide_push(kind, rules, now, push_after),
        mail=decide_email(kind, rules, now),
        held=bool(held),
        quiet=not held and (kind.quiet or app in QUIET),
    )


def unwanted(kind: Kind, level: str, muted_until: datetime | None, now: datetime) -> str:
    """Return the reason why the user's level or mute excludes this kind on every channel; "" if it does not."""
    if kind.ambient and level != EVERYTHING:
        return reasons.LEVEL_NOTHING if level == NOTHING else reasons.LEVEL_MENTIONS
    if not kind.optional:
        return ""
    if level == NOTHING:
        return reasons.LEVEL_NOTHING
    return reasons.MUTED if muted_until is not None and muted_until > now else ""


def decide_push(kind: Kind, rules: Rules, now: datetime, push_after: timedelta = PUSH_AFTER) -> Outcome:
    """Decide when to send a push: after `push_after`, or when quiet hours and "do not disturb" have ended."""
    if reason := find_switch(kind, "push", rules) or ("" if rules.has_device else reasons.NO_DEVICE):
        return Outcome(reason)
    due_at = now + push_after
    return wait_for_quiet(kind, rules, due_at) or Outcome(quiet_reason(kind, rules, now), due_at)


def decide_email(kind: Kind, rules: Rules, now: datetime) -> Outcome:
    """Decide when to send an email, by the user's choice: at once, when unread for some minutes, or daily."""
    if reason := find_switch(kind, "mail", rules) or no_email(rules):
        return Outcome(reason)
    match rules.mail:
        case "daily":
            due_at = next_time_of_day(rules.email_daily_at, rules.zone, now)
            later = wait_for_quiet(kind, rules, due_at)
            return Outcome(reasons.DAILY_DIGEST, later.due_at if later else due_at)
        case "unread":
            usual = Outcome(reasons.AFTER_UNREAD, now + timedelta(minutes=rules.email_after_minutes))
        case _:
            usual = Outcome(reasons.AT_ONCE, now)
    return wait_for_quiet(kind, rules, usual.due_at or now) or usual


def no_email(rules: Rules) -> str:
    if not rules.site_sends_email:
        return reasons.NO_EMAIL_SERVER
    if rules.mail == "never":
        return reasons.EMAIL_OFF
    return "" if rules.has_address else reasons.NO_ADDRESS


def find_switch(kind: Kind, channel: str, rules: Rules) -> str:
    """Return the reason why a kind is off on a channel; "" if it is on."""
    default = by_default(kind, channel, rules)
    chosen = default if is_locked(kind, channel, rules) else rules.channels.get(kind.name, {}).get(channel, default)
    if chosen:
        return ""
    if default:
        return reasons.KIND_OFF
    return reasons.OPERATOR_OFF if kind.name in rules.operator else reasons.KIND_DEFAULT_OFF


def by_default(kind: Kind, channel: str, rules: Rules) -> bool:
    """Return whether a kind is on for a channel if the user has not chosen."""
    operator = rules.operator.get(kind.name)
    return channel in (kind.channels if operator is None else operator.channels)


def is_locked(kind: Kind, channel: str, rules: Rules) -> bool:
    """Return whether the user cannot change this: the operator locked the kind, or the kind cannot be turned off."""
    operator = rules.operator.get(kind.name)
    return (operator is not None and operator.locked) or (not kind.optional and by_default(kind, channel, rules))


def wait_for_quiet(kind: Kind, rules: Rules, moment: datetime) -> Outcome | None:
    """Return the reason and the end of a wait for a notification of this kind at a moment; None if it need not wait."""
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
    """Return the reason for the list: why it is quiet now, that the kind is urgent, or "usual"."""
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
