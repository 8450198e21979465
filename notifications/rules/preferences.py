"""Services that save a user's notification settings: channels, quiet hours, levels, keywords."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from accounts.identity.people import user_topic
from notifications import groups
from notifications.models import GroupRule, Keyword, Preferences
from notifications.rules.events import quiet_event
from notifications.rules.keyword_groups import refresh_keyword_groups
from realtime.engine.publish import publish
from realtime.engine.sequences import lock_new

MOST_WORDS = 50
WORD_CHARACTERS = (2, 80)
MINUTES_OF_MAIL = (1, 1_440)


@dataclass(frozen=True)
class Level:
    """How much of a group is wanted. The usual level, not muted, is as if nothing had been chosen."""

    level: str = GroupRule.Level.MENTIONS
    muted_until: datetime | None = None


USUAL = Level()


@dataclass
class Wishes:
    """All that a person chooses on their page. The names and the shapes are those of Preferences.

    `levels` are those of the groups that it names; None leaves the keywords as they are.
    """

    channels: dict[str, dict[str, bool]] = field(default_factory=dict)
    quiet_hours: dict[str, list[str]] = field(default_factory=dict)
    urgent_breaks_quiet: bool = True
    mail: str = Preferences.Mail.UNREAD
    mail_after_minutes: int = 15
    mail_daily_at: time = time(8)
    private_content: bool = False
    keywords: list[str] | None = None
    levels: dict[str, Level] = field(default_factory=dict)


@transaction.atomic
def save_preferences(user_id: int, wishes: Wishes) -> None:
    """Keep all of a person's wishes, or none of them. Raises ValueError for words that cannot be."""
    if wishes.keywords is not None:
        set_keywords(user_id, wishes.keywords)
    set_levels(user_id, wishes.levels)
    chosen = {
        "channels": wishes.channels,
        "quiet_hours": wishes.quiet_hours,
        "urgent_breaks_quiet": wishes.urgent_breaks_quiet,
        "mail": wishes.mail,
        "mail_after_minutes": wishes.mail_after_minutes,
        "mail_daily_at": wishes.mail_daily_at,
        "private_content": wishes.private_content,
    }
    Preferences.objects.update_or_create(user_id=user_id, defaults=chosen)


def set_do_not_disturb(user_id: int, until: datetime | None) -> None:
    """Keep pushes and mails back until then; None: no longer. Raises ValueError for a time that has passed."""
    if until is not None and until <= timezone.now():
        raise ValueError("Choose a time that is still to come.")
    Preferences.objects.update_or_create(user_id=user_id, defaults={"do_not_disturb_until": until})
    publish([quiet_event(user_id, until)])


@transaction.atomic
def set_levels(user_id: int, wanted: Mapping[str, Level]) -> None:
    """Choose how much of some groups a person hears. Whose groups they are is told, where something changed."""
    before = {
        rule.group: Level(rule.level, rule.muted_until)
        for rule in GroupRule.objects.filter(user=user_id, group__in=wanted)
    }
    changed = {group: level for group, level in wanted.items() if before.get(group, USUAL) != level}
    # A rule that says the usual is none.
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
    groups.tell_changed(user_id, changed)


@transaction.atomic
def set_keywords(user_id: int, words: Iterable[str]) -> None:
    """Choose the words of which a person wants to hear. Raises ValueError."""
    wanted = clean_words(words)
    lock_new([user_topic(user_id)])  # Who comes into a group meanwhile waits, or was there before.
    theirs = Keyword.objects.filter(user=user_id)
    theirs.exclude(word__in=wanted).delete()
    before = set(theirs.values_list("word", flat=True))
    fresh = [Keyword(user_id=user_id, word=word) for word in wanted if word not in before]
    Keyword.objects.bulk_create(fresh, ignore_conflicts=True)
    refresh_keyword_groups(user_id, has_keywords=bool(wanted))


def clean_words(words: Iterable[str]) -> list[str]:
    """Return the words as they are kept: in lower case, each once. Raises ValueError with a sentence."""
    cleaned = list(dict.fromkeys(filter(None, (" ".join(word.replace("\0", "").split()).lower() for word in words))))
    least, most = WORD_CHARACTERS
    for word in cleaned:
        if not least <= len(word) <= most:
            raise ValueError(f"A word has {least} to {most} characters; “{word[:20]}” has {len(word)}.")
    if len(cleaned) > MOST_WORDS:
        raise ValueError(f"At most {MOST_WORDS} words; these are {len(cleaned)}.")
    return cleaned
