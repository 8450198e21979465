from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.identity.credentials import live_session


class DeviceQuerySet(models.QuerySet):
    def reachable(self) -> "DeviceQuerySet":
        """Those that take pushes: their push service is there, and the session they were registered in goes on.

        How a session ends is told in many ways, but for one: it expires. So it is asked for each time.
        """
        return self.filter(live_session("session_key"), gone_at=None)

    def orphaned(self) -> "DeviceQuerySet":
        return self.exclude(live_session("session_key"))


class Device(models.Model):
    """A browser that takes pushes: where its push service listens, and the keys that only it can read with.

    `session_key`: of the session that registered it, or has seen it last.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=80)
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=50)
    session_key = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True, help_text="The push service said that it is no more.")

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ServerKey(models.Model):
    """The key by which push services know this site (VAPID); made once and kept, or every device is lost."""

    private_pem = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"key of {self.created_at:%Y-%m-%d}"
