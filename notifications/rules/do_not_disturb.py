"""Until when a user has "do not disturb" on."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Preferences


def find_quiet_until(user) -> datetime | None:
    """Return until when, if it lasts. One query for each request: the bell and the menu of a page both need it."""
    if not hasattr(user, "quiet_until"):
        of_theirs = Preferences.objects.filter(user=user.pk, do_not_disturb_until__gt=timezone.now())
        user.quiet_until = of_theirs.values_list("do_not_disturb_until", flat=True).first()
    return user.quiet_until
