"""What Django tells us and no view of ours could: allauth and the admin sign people out, too."""

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from notifications.models import Device

DEVICE_OF_SESSION = "notifications_device"  # in a session: the device that its browser is


@receiver(user_logged_out)
def forget_this_browser(request: HttpRequest, user, **_: object) -> None:
    """Push nothing more to the browser that signs out: somebody else may have it next."""
    device_id = request.session.get(DEVICE_OF_SESSION)
    if user is not None and device_id is not None:
        Device.objects.filter(user=user.pk, pk=device_id).delete()
