import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.names.folded_fields import FoldedField, FoldedModel
from accounts.names.folded_text import fold
from accounts.names.lookalikes import skeleton
from accounts.names.validators import ERASED_USERNAME, RESERVED, validate_any_username, validate_visible
from realtime.shared.texts import lazy_text as _

USERNAME_TAKEN = _("This username is taken. Choose another.")
RESERVED_SKELETONS = {skeleton(word) for word in RESERVED}


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone from the list."))


class User(AbstractUser, FoldedModel):
    """A user. `session_epoch` counts how often all of their sessions were ended together."""

    username = models.CharField(
        max_length=150,
        unique=True,
        help_text="For mentions: @username. Letters and digits, with . - or _ between them.",
        validators=[validate_any_username, validate_visible],
        error_messages={"unique": USERNAME_TAKEN},
    )
    folded_username = FoldedField(sources=("username",), form=fold, max_length=300, db_index=True)
    username_skeleton = FoldedField(sources=("username",), form=skeleton, max_length=300, db_index=True)
    search_text = FoldedField(sources=("username", "display_name"), max_length=800)
    display_name = models.CharField(max_length=80, blank=True)
    avatar = models.ImageField(upload_to="avatars/", blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    language = models.CharField(max_length=16, blank=True, default="", db_default="")  # "": the browser's
    # From the last sign-in: emails are written without a request from their reader.
    browser_language = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    # True for an account from before usernames were compared in every form. It keeps its name, to sign in with.
    shares_username = models.BooleanField(default=False, db_default=False, editable=False)

    # Whether the tokens survive a new password; set by ChangePasswordForm (pages/forms.py), and never stored.
    keeps_tokens = False

    class Meta(AbstractUser.Meta):
        constraints = [
            # For two users who choose a name at the same moment: refuse_username() finds neither. Names with the same
            # folded form have the same skeleton, so one constraint is enough.
            models.UniqueConstraint(
                fields=["username_skeleton"],
                condition=models.Q(shares_username=False),
                name="username_unique_in_any_form",
            )
        ]

    def clean(self) -> None:
        """Validate a username that was changed; an unchanged one stays valid."""
        super().clean()
        before = User.objects.filter(pk=self.pk).values_list("username", flat=True).first() if self.pk else None
        if self.username != before:
            refuse_username(self.username, self.pk)
            self.shares_username = False

    @property
    def name(self) -> str:
        """Return the name that other users see: the display name, or else the username."""
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return the hash that a session must match: of the password and the epoch.

        Django's own hash is of the password only. With the epoch in it, increasing one number ends all sessions,
        wherever they are stored.
        """
        value = f"{self.session_epoch} {self.password}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


def refuse_username(username: str, user_id: int | None = None) -> None:
    """Raise ValidationError for a username that is reserved, taken in another form, or looks like another user's."""
    if skeleton(username) in RESERVED_SKELETONS or ERASED_USERNAME.match(skeleton(username)):
        raise ValidationError(_("This username is reserved. Choose another."))
    others = User.objects.all() if user_id is None else User.objects.exclude(pk=user_id)
    if others.filter(folded_username=fold(username)).exists():
        raise ValidationError(USERNAME_TAKEN)
    if others.filter(username_skeleton=skeleton(username)).exists():
        raise ValidationError(_("This username looks like another user's. Choose a different one."))


class Token(models.Model):
    """A key for a client other than a browser. Only its SHA-256 is stored; the key is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class Erasure(models.Model):
    """The remaining work for an erased account. The row is deleted when it is done.

    `names`: the names that the user had, to find them in texts; `progress`: of each follower, by its dotted path.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="erasure")
    names = models.JSONField(default=list)
    with_messages = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    passes = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"
