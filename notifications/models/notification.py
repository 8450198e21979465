from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.models.querysets import NotificationQuerySet


class Notification(models.Model):
    """What one person is told. `position` is where it stands in their list for ever, `seq` its last change.

    Both count in the person's own log, `user.7`. One that was retracted keeps its row, so that the log can tell it.
    One that is `held` (the person does not want it in the list) has no position: it is kept to say why it did not come.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=200, null=True, help_text="The caller's own name for it, one for ever.")
    group = models.CharField(max_length=200, blank=True, help_text="Those of one group are shown as one.")
    group_position = models.BigIntegerField(null=True, help_text="Where in its group: reading up to there reads it.")
    stream = models.ForeignKey("notifications.Stream", models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    target_type = models.CharField(max_length=100, blank=True, help_text='The model it is about: "chat.message".')
    target_id = models.BigIntegerField(null=True)  # as notifications.inbox.targets makes it of any key
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict, blank=True)
    position = models.PositiveBigIntegerField(null=True)
    seq = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    # What was decided for each channel when it came: {"app": "usual", "push": "quiet_hours", …}; the words are in
    # notifications.reasons. A time in `push_due_at` or `mail_due_at` is work to be done then; who does it moves it on.
    decisions = models.JSONField(default=dict, blank=True)
    held = models.BooleanField(default=False)
    push_due_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_key_unique"),
            models.UniqueConstraint(fields=["user", "position"], name="notification_position_unique"),
        ]
        indexes = [
            models.Index(fields=["user", "seq"]),
            models.Index(
                fields=["user", "group"],
                condition=Q(read_at=None, archived_at=None, snoozed_until=None, retracted_at=None, held=False),
                name="notification_unread",
            ),
            models.Index(fields=["target_type", "target_id"]),
            models.Index(fields=["snoozed_until"], condition=~Q(snoozed_until=None), name="notification_asleep"),
            models.Index(fields=["push_due_at"], condition=~Q(push_due_at=None), name="notification_push_due"),
            models.Index(fields=["mail_due_at"], condition=~Q(mail_due_at=None), name="notification_mail_due"),
            models.Index(fields=["user", "created_at"], condition=Q(held=True), name="notification_held"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"  # not what it says: that may be of a private room


class Inbox(models.Model):
    """What holds for all of a person's notifications. Those with a place up to `read_up_to` are read.

    `mailed_at`: the next mail keeps its distance from the last one.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    read_up_to = models.PositiveBigIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"inbox of {self.user_id}"
