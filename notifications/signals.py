"""What Django tells us and no view of ours could: allauth and the admin sign people out, too."""

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from notifications.models import Device


@receiver(user_logged_out)
def forget_this_browser(request: HttpRequest, user, **_: object) -> None:
    """Push nothing more to the browser that signs out: somebody else may have it next."""
    if user is not None and request.session.session_key:
        Device.objects.filter(user=user.pk, session_key=request.session.session_key).delete()
