"""Services that save a user's notification settings: channels, quiet hours, levels, keywords."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.identity.people import user_topic
from notifications import groups
from notifications.models import GroupRule, Keyword, Preferences
from notifications.rules.events import quiet_event
from notifications.rules.keyword_groups import refresh_keyword_groups
from realtime.engine.publish import publish
from realtime.engine.sequences import lock_new

MOST_WORDS = 50
WORD_CHARACTERS = (2, 80)
MINUTES_OF_EMAIL = (1, 1_440)


@dataclass(frozen=True)
class Level:
    """A user's level in a group. The default level without a mute is stored as no row."""

    level: str = GroupRule.Level.MENTIONS
    muted_until: datetime | None = None


USUAL = Level()


@dataclass
class Wishes:
    """All choices of the settings page, with the names and shapes of the Preferences model.

    Groups that `levels` does not name keep theirs. `keywords=None` leaves the keywords unchanged.
    """

    channels: dict[str, dict[str, bool]] = field(default_factory=dict)
    quiet_hours: dict[str, list[str]] = field(default_factory=dict)
    urgent_breaks_quiet: bool = True
    mail: str = Preferences.EmailMode.UNREAD
    email_after_minutes: int = 15
    email_daily_at: time = time(8)
    private_content: bool = False
    keywords: list[str] | None = None
    levels: dict[str, Level] = field(default_factory=dict)


@transaction.atomic
def save_preferences(user_id: int, wishes: Wishes) -> None:
    """Save all settings or none. Raises ValueError for invalid keywords."""
    if wishes.keywords is not None:
        set_keywords(user_id, wishes.keywords)
    set_levels(user_id, wishes.levels)
    chosen = {
        "channels": wishes.channels,
        "quiet_hours": wishes.quiet_hours,
        "urgent_breaks_quiet": wishes.urgent_breaks_quiet,
        "mail": wishes.mail,
        "email_after_minutes": wishes.email_after_minutes,
        "email_daily_at": wishes.email_daily_at,
        "private_content": wishes.private_content,
    }
    Preferences.objects.update_or_create(user_id=user_id, defaults=chosen)


def set_do_not_disturb(user_id: int, until: datetime | None) -> None:
    """Hold back sounds, pushes and emails until a time; None turns it off. Raises ValueError for a time in the past."""
    if until is not None and until <= timezone.now():
        raise ValueError("Choose a time in the future.")
    Preferences.objects.update_or_create(user_id=user_id, defaults={"do_not_disturb_until": until})
    publish([quiet_event(user_id, until)])


@transaction.atomic
def set_levels(user_id: int, wanted: Mapping[str, Level]) -> None:
    """Set a user's levels in some groups. The apps of groups whose level changed are called."""
    before = {
        rule.group: Level(rule.level, rule.muted_until)
        for rule in GroupRule.objects.filter(user=user_id, group__in=wanted)
    }
    changed = {group: level for group, level in wanted.items() if before.get(group, USUAL) != level}
    # The default level is stored as no row.
    forgotten = [group for group, level in wanted.items() if level == USUAL and group in before]
    GroupRule.objects.filter(user=user_id, group__in=forgotten).delete()
    rules = [
        GroupRule(user_id=user_id, group=group, level=level.level, muted_until=level.muted_until)
        for group, level in changed.items()
        if level != USUAL
    ]
    GroupRule.objects.bulk_create(
        rules, update_conflicts=True, unique_fields=["user", "group"], update_fields=["level", "muted_until"]
    )
    groups.call_changed(user_id, changed)


@transaction.atomic
def set_keywords(user_id: int, words: Iterable[str]) -> None:
    """Replace a user's keywords. Raises ValueError."""
    wanted = clean_words(words)
    lock_new([user_topic(user_id)])  # A user who joins a group meanwhile waits, or joined before.
    theirs = Keyword.objects.filter(user=user_id)
    theirs.exclude(word__in=wanted).delete()
    before = set(theirs.values_list("word", flat=True))
    fresh = [Keyword(user_id=user_id, word=word) for word in wanted if word not in before]
    Keyword.objects.bulk_create(fresh, ignore_conflicts=True)
    refresh_keyword_groups(user_id, has_keywords=bool(wanted))


def clean_words(words: Iterable[str]) -> list[str]:
    """Return keywords as they are stored: in lower case, each once. Raises ValueError with a text for the user."""
    cleaned = list(dict.fromkeys(filter(None, (" ".join(word.replace("\0", "").split()).lower() for word in words))))
    least, most = WORD_CHARACTERS
    for word in cleaned:
        if not least <= len(word) <= most:
            sentence = gettext("Keywords must have %(least)s to %(most)s characters; “%(word)s” has %(length)s.")
            raise ValueError(sentence % {"least": least, "most": most, "word": word[:20], "length": len(word)})
    if len(cleaned) > MOST_WORDS:
        sentence = gettext("You can have up to %(most)s keywords; these are %(count)s.")
        raise ValueError(sentence % {"most": MOST_WORDS, "count": len(cleaned)})
    return cleaned
