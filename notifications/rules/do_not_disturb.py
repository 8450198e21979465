"""The end of a user's "do not disturb"."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Preferences


def find_quiet_until(user) -> datetime | None:
    """Return its end, or None if it is off. One query a request, because a page's bell and its menu both need it."""
    if not hasattr(user, "quiet_until"):
        of_theirs = Preferences.objects.filter(user=user.pk, do_not_disturb_until__gt=timezone.now())
        user.quiet_until = of_theirs.values_list("do_not_disturb_until", flat=True).first()
    return user.quiet_until
