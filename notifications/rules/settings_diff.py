"""The settings diff: the differences between two notification settings of one user, one by one, each with its name."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext

from accounts.pages.local_time import clock_time
from notifications.groups import GroupLabel
from notifications.models import GroupRule, Preferences
from notifications.rules.decisions import Rules
from notifications.rules.preferences import USUAL
from notifications.rules.preview import SettingChange
from notifications.rules.stored_rules import UserRules
from notifications.rules.switches import find_switches
from realtime.shared.texts import lazy_text as _

ON = {"app": _("in your list"), "push": _("push"), "mail": _("email")}
OFF = {"app": _("not in your list"), "push": _("no push"), "mail": _("no email")}
LEVELS = {
    GroupRule.Level.EVERYTHING: _("all messages"),
    GroupRule.Level.MENTIONS: _("mentions"),
    GroupRule.Level.NOTHING: _("nothing"),
}
EMAIL = ("mail", "email_after_minutes", "email_daily_at")


def find_changes(before: UserRules, after: UserRules, labels: Mapping[str, GroupLabel]) -> list[SettingChange]:
    return [
        *switches(before, after),
        *parts(before, after, ("quiet_hours",), gettext("Quiet hours")),
        *parts(before, after, ("urgent_breaks_quiet",), name_urgent(after.rules)),
        *parts(before, after, EMAIL, name_email(after.rules)),
        *levels(before, after, labels),
    ]


def switches(before: UserRules, after: UserRules) -> Iterator[SettingChange]:
    for row, new_row in zip(find_switches(before.rules), find_switches(after.rules), strict=True):
        for cell, new_cell in zip(row.cells, new_row.cells, strict=True):
            if cell.on != new_cell.on:
                name = f"{row.kind.label}: {(ON if new_cell.on else OFF)[cell.channel]}"
                yield SettingChange(
                    name, switched(before, row.kind.name, cell.channel, on=new_cell.on), kind=row.kind.name
                )


def switched(user_rules: UserRules, kind: str, channel: str, *, on: bool) -> UserRules:
    channels = user_rules.rules.channels
    chosen = {**channels, kind: {**channels.get(kind, {}), channel: on}}
    return user_rules._replace(rules=replace(user_rules.rules, channels=chosen))


def parts(before: UserRules, after: UserRules, fields: tuple[str, ...], name: str) -> Iterator[SettingChange]:
    wanted = {field: getattr(after.rules, field) for field in fields}
    if wanted != {field: getattr(before.rules, field) for field in fields}:
        yield SettingChange(name, before._replace(rules=replace(before.rules, **wanted)))


def levels(before: UserRules, after: UserRules, labels: Mapping[str, GroupLabel]) -> Iterator[SettingChange]:
    for group, level in after.levels.items():
        if level != before.levels.get(group, USUAL) and group in labels:
            chosen = str(LEVELS[GroupRule.Level(level.level)])
            muted = gettext("%(level)s, muted") % {"level": chosen} if level.muted_until else chosen
            name = f"{labels[group].name}: {muted}"
            yield SettingChange(name, before._replace(levels={**before.levels, group: level}), group=group)


def name_urgent(rules: Rules) -> str:
    return gettext("Urgent: any time") if rules.urgent_breaks_quiet else gettext("Urgent: not during quiet hours")


def name_email(rules: Rules) -> str:
    match rules.mail:
        case Preferences.EmailMode.UNREAD:
            return gettext("Email: after %(email_after_minutes)s minutes unread") % {
                "email_after_minutes": rules.email_after_minutes
            }
        case Preferences.EmailMode.DAILY:
            return gettext("Email: once a day at %(clock_time)s") % {"clock_time": clock_time(rules.email_daily_at)}
    return gettext("Email: right away") if rules.mail == Preferences.EmailMode.AT_ONCE else gettext("Email: never")
