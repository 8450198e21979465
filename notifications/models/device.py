from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.identity.credentials import live_session


class DeviceQuerySet(models.QuerySet):
    def reachable(self) -> "DeviceQuerySet":
        """Keep the devices that accept pushes: their push service knows them, and their session is alive.

        Most ends of a session reach us as a signal; its expiry does not, so each query checks it.
        """
        return self.filter(live_session("session_key"), gone_at=None)

    def orphaned(self) -> "DeviceQuerySet":
        """Keep the devices whose session has ended."""
        return self.exclude(live_session("session_key"))


class Device(models.Model):
    """A browser that accepts pushes: its endpoint at a push service, and the keys that encrypt for it.

    `session_key`: the session that registered it or used it last.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=80)
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=50)
    session_key = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(
        null=True, help_text="When the push service reported that the subscription has ended."
    )

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ServerKey(models.Model):
    """The key that identifies this site to push services (VAPID). If it is lost, every device must register again."""

    private_pem = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"key of {self.created_at:%Y-%m-%d}"
