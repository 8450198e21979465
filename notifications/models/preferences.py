from datetime import time

from django.conf import settings
from django.db import models

from realtime.shared.texts import lazy_text as _


class Preferences(models.Model):
    """A user's notification settings. A user who never saved any has no row.

    `channels`: {"mention": {"push": false}}, with only the differences from the kind's own channels. `quiet_hours`:
    {"0": ["22:00", "07:00"], …} by weekday, Monday 0, in the user's time zone; an end before its start is on the next
    day.
    """

    class EmailMode(models.TextChoices):
        AT_ONCE = "at_once", _("Right away")
        UNREAD = "unread", _("When unread")
        DAILY = "daily", _("Once a day")
        NEVER = "never", _("Never")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences")
    channels = models.JSONField(default=dict, blank=True)
    quiet_hours = models.JSONField(default=dict, blank=True)
    urgent_breaks_quiet = models.BooleanField(default=True)
    do_not_disturb_until = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=7, choices=EmailMode, default=EmailMode.UNREAD)
    email_after_minutes = models.PositiveSmallIntegerField(default=15)
    email_daily_at = models.TimeField(default=time(8))
    private_content = models.BooleanField(
        default=False, help_text="Include the text of private rooms in pushes and emails."
    )

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class GroupRule(models.Model):
    """A user's level in one group ("room.42"). Without a row the level is "mentions"."""

    class Level(models.TextChoices):
        EVERYTHING = "everything", "Everything"
        MENTIONS = "mentions", "Mentions"
        NOTHING = "nothing", "Nothing"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group = models.CharField(max_length=200)
    level = models.CharField(max_length=10, choices=Level, default=Level.MENTIONS)
    muted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="group_rule_unique")]
        indexes = [models.Index(fields=["group", "level"])]

    def __str__(self) -> str:
        return f"{self.level} of {self.group} for {self.user_id}"


class Keyword(models.Model):
    """A keyword of a user, in lower case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="keywords")
    word = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="keyword_unique")]

    def __str__(self) -> str:
        return self.word


class KeywordGroup(models.Model):
    """A group of a user who has keywords: new messages in it are searched for them.

    The rows are derived from other tables, so that a message's query reads only the members with keywords.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="keyword_group_unique")]

    def __str__(self) -> str:
        return f"{self.group} for {self.user_id}"


class KindDefault(models.Model):
    """The operator's channels for a kind, in place of those of its app. `locked`: users cannot change them."""

    kind = models.CharField(max_length=50, unique=True)
    app = models.BooleanField("in the app", default=True)
    push = models.BooleanField(default=True)
    mail = models.BooleanField(default=True)
    locked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.kind
