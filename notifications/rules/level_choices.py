"""The choices of how much of a group a user wants: a level, or muted for a while."""

from datetime import datetime

from django.utils.translation import gettext

from accounts.pages.local_time import short_time
from notifications.models import GroupRule
from notifications.rules.mute_durations import ALWAYS, MUTINGS
from realtime.shared.texts import lazy_text as _

KEEP_MUTED, UNMUTE = "muted", "off"
LEVELS = {
    GroupRule.Level.EVERYTHING: _("All messages"),
    GroupRule.Level.MENTIONS: _("Mentions"),
    GroupRule.Level.NOTHING: _("Nothing"),
}
# There all is for its reader, or nothing.
LEVELS_OF_DIRECT = {GroupRule.Level.MENTIONS: _("All messages"), GroupRule.Level.NOTHING: _("Nothing")}


def list_choices(
    muted_until: datetime | None, *, is_direct: bool = False, is_sent: bool = False
) -> list[tuple[str, str]]:
    """Return the list, with the muting that holds now, if one does. A page that is sent may be older than its end."""
    levels = LEVELS_OF_DIRECT if is_direct else LEVELS
    kept = (
        [(KEEP_MUTED, name_muting(muted_until) if muted_until else gettext("Muted"))] if muted_until or is_sent else []
    )
    return [(level.value, label) for level, label in levels.items()] + kept + list(MUTINGS.items())


def find_chosen(level: str, muted_until: datetime | None, *, is_direct: bool = False) -> str:
    """Return which one of the list holds now."""
    if muted_until:
        return KEEP_MUTED
    return level if level in (LEVELS_OF_DIRECT if is_direct else LEVELS) else GroupRule.Level.MENTIONS.value


def split_choice(choice: str) -> tuple[str | None, str | None]:
    """Return the level and the muting that one of the list means; None leaves it. A level ends what is muted."""
    if choice == KEEP_MUTED:
        return None, None
    return (None, choice) if choice in MUTINGS else (choice, UNMUTE)


def name_muting(until: datetime) -> str:
    return gettext("Muted") if until >= ALWAYS else gettext("Muted until %(time)s") % {"time": short_time(until)}
