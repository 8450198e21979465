"""Receivers of Django's sign-out signal: allauth and the admin sign users out without calling our views."""

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from notifications.models import Device


@receiver(user_logged_out)
def forget_this_browser(request: HttpRequest, user, **_: object) -> None:
    """Delete the push device of the session that signs out: another person may use this browser next."""
    if user is not None and request.session.session_key:
        Device.objects.filter(user=user.pk, session_key=request.session.session_key).delete()
