"""The push that a user sends to a device of their own, to see that it arrives."""

from django.utils.translation import gettext

from notifications.delivery.links import find_path, site_name
from notifications.delivery.push.sender import Failed, Gone, Sent, send
from notifications.models import Device

MINUTE_SECONDS = 60


def try_device(device: Device) -> tuple[str, str]:
    """Send it now. Return what became of it, "sent", "gone" or "failed", and the sentence for the person."""
    match send(device, trial_payload(), ttl=MINUTE_SECONDS):
        case Sent():
            return "sent", gettext("Sent to %(name)s. It should appear there in a moment.") % {"name": device.name}
        case Gone():
            return "gone", gettext("%(name)s takes no pushes any more. Switch them on again there.") % {
                "name": device.name
            }
        case Failed(detail, _, for_good):
            if for_good:
                said = gettext("It could not be sent. %(detail)s Remove the device and switch it on again.")
            else:
                said = gettext("It could not be sent. %(detail)s Try again in a while.")
            return "failed", said % {"detail": detail}


def trial_payload() -> dict:
    return {
        "title": gettext("%(site)s reaches this device") % {"site": site_name()},
        "body": gettext("Notifications come like this one."),
        "url": find_path("notification_preferences") or "/",
        "tag": "trial",
        "always": True,  # also where the page is before the person's eyes, as it is now
    }
