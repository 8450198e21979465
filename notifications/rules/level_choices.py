"""The choices of a user's level in a group, including mutes."""

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
# In a direct conversation every message is for its reader, so "mentions" means all messages.
LEVELS_OF_DIRECT = {GroupRule.Level.MENTIONS: _("All messages"), GroupRule.Level.NOTHING: _("Nothing")}


def list_choices(
    muted_until: datetime | None, *, is_direct: bool = False, is_sent: bool = False
) -> list[tuple[str, str]]:
    """Return the choices, with the current mute if there is one.

    `is_sent`: always with it, because a mute may have ended since the submitted page was loaded.
    """
    levels = LEVELS_OF_DIRECT if is_direct else LEVELS
    kept = (
        [(KEEP_MUTED, name_muting(muted_until) if muted_until else gettext("Muted"))] if muted_until or is_sent else []
    )
    return [(level.value, label) for level, label in levels.items()] + kept + list(MUTINGS.items())


def find_chosen(level: str, muted_until: datetime | None, *, is_direct: bool = False) -> str:
    """Return the value of the current choice."""
    if muted_until:
        return KEEP_MUTED
    return level if level in (LEVELS_OF_DIRECT if is_direct else LEVELS) else GroupRule.Level.MENTIONS.value


def split_choice(choice: str) -> tuple[str | None, str | None]:
    """Return the level and the mute that a choice means; None leaves it unchanged. Choosing a level ends a mute."""
    if choice == KEEP_MUTED:
        return None, None
    return (None, choice) if choice in MUTINGS else (choice, UNMUTE)


def name_muting(until: datetime) -> str:
    return gettext("Muted") if until >= ALWAYS else gettext("Muted until %(time)s") % {"time": short_time(until)}
