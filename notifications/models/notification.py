from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.models.querysets import NotificationQuerySet


class Notification(models.Model):
    """One entry in a user's inbox. `position` is its fixed position in the list, `seq` the number of its last change.

    Both are numbers of the user's own topic, `user.7`. A retracted notification keeps its row, so that a catch-up can
    deliver the retraction. A `held` one (the user's settings keep it out of the list) has no position; its row explains
    why.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=50)
    key = models.CharField(
        max_length=200, null=True, help_text="The caller's id for it: a second one with the same key is ignored."
    )
    group = models.CharField(max_length=200, blank=True, help_text="Notifications of one group are shown as one row.")
    group_position = models.BigIntegerField(
        null=True, help_text="Its position in its group: reading the group up to here marks it as read."
    )
    stream = models.ForeignKey("notifications.Stream", models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    target_type = models.CharField(max_length=100, blank=True, help_text='The model of its target: "chat.message".')
    target_id = models.BigIntegerField(null=True)  # see notifications.inbox.targets
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
    # The decision for each channel: {"app": "usual", "push": "quiet_hours", …}, with codes of notifications.reasons. A
    # time in `push_due_at` or `email_due_at` makes it due then; the process that sends it moves the time.
    decisions = models.JSONField(default=dict, blank=True)
    held = models.BooleanField(default=False)
    push_due_at = models.DateTimeField(null=True)
    email_due_at = models.DateTimeField(null=True)

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
            models.Index(fields=["email_due_at"], condition=~Q(email_due_at=None), name="notification_email_due"),
            models.Index(fields=["user", "created_at"], condition=Q(held=True), name="notification_held"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"  # without the title, which may quote a private room


class Inbox(models.Model):
    """The state of a user's whole inbox. Notifications with a position up to `read_up_to` are read.

    `emailed_at`: the time of the last email, for the least time between two.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    read_up_to = models.PositiveBigIntegerField(default=0)
    emailed_at = models.DateTimeField(null=True)
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"inbox of {self.user_id}"
