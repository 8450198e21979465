"""The test push that a user sends to one of their devices."""

from django.utils.translation import gettext

from notifications.delivery.links import find_path, site_name
from notifications.delivery.push.sender import Failed, Gone, Sent, send_push
from notifications.models import Device

MINUTE_SECONDS = 60


def try_device(device: Device) -> tuple[str, str]:
    """Send a test push now. Return "sent", "gone" or "failed", and a text for the user."""
    match send_push(device, trial_payload(), ttl=MINUTE_SECONDS):
        case Sent():
            return "sent", gettext("Sent to %(name)s. It should appear there in a moment.") % {"name": device.name}
        case Gone():
            return "gone", gettext("Push stopped working on %(name)s. Turn it on again there.") % {"name": device.name}
        case Failed(detail, _, for_good):
            if for_good:
                text = gettext("The test failed. %(detail)s Remove the device and turn push on again.")
            else:
                text = gettext("The test failed. %(detail)s Try again later.")
            return "failed", text % {"detail": detail}


def trial_payload() -> dict:
    return {
        "title": gettext("Push from %(site)s works") % {"site": site_name()},
        "body": gettext("Your notifications will look like this."),
        "url": find_path("notification_preferences") or "/",
        "tag": "trial",
        "always": True,  # shown even if the page is visible, as it is now
    }
