from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notifications import reasons


class DeliveryQuerySet(QuerySet):
    def shown(self) -> Self:
        """Keep the pushes that a device may still show."""
        return self.filter(channel="push", state=Delivery.State.SENT, reason=reasons.SENT)


class Delivery(models.Model):
    """The result of sending one notification to one device, or by email. One row for each, kept for ever."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    notification = models.ForeignKey("notifications.Notification", models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=4)
    device = models.ForeignKey("notifications.Device", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=30, blank=True, help_text="A code of notifications.reasons.")
    detail = models.CharField(
        max_length=500, blank=True, help_text="The response of the push service or the mail server."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    next_try_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["notification", "device"], name="delivery_to_device_unique"),
            models.UniqueConstraint(fields=["notification"], condition=Q(channel="mail"), name="delivery_mail_unique"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.notification_id}: {self.state}"


class Lease(models.Model):
    """The exclusive right of one process to send one user's deliveries on one channel, until a time or its deletion.

    Notifications that become due meanwhile wait: another process could send them before older ones.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=4)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="lease_unique")]

    def __str__(self) -> str:
        return f"{self.channel} of {self.user_id} until {self.until:%H:%M:%S}"
