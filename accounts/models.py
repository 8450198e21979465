import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class User(AbstractUser):
    """A person. `session_epoch` counts the times all of this person's sessions were ended."""

    display_name = models.CharField(max_length=80, blank=True)
    avatar = models.ImageField(upload_to="avatars/", blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    # Whether a new password leaves the tokens as they are: its owner may say so (accounts.forms.ChangePasswordForm).
    keeps_tokens = False

    @property
    def name(self) -> str:
        """What others see: the display name, or else the username."""
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a sign-in must still match: the password and the epoch.

        Django's own knows only the password. With the epoch in it, ending all sessions is one
        number to change, whatever stores them.
        """
        value = f"{self.session_epoch} {self.password}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class Token(models.Model):
    """A key for a client that is no browser. Only its SHA-256 is kept; the key is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
