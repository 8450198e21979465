"""The push that a user sends to a device of their own, to see that it arrives."""

from notifications.delivery.links import find_path, site_name
from notifications.delivery.push.sender import Failed, Gone, Sent, send
from notifications.models import Device

MINUTE_SECONDS = 60


def try_device(device: Device) -> tuple[str, str]:
    """Send it now. Return what became of it, "sent", "gone" or "failed", and the sentence for the person."""
    match send(device, trial_payload(), ttl=MINUTE_SECONDS):
        case Sent():
            return "sent", f"Sent to {device.name}. It should appear there in a moment."
        case Gone():
            return "gone", f"{device.name} takes no pushes any more. Switch them on again there."
        case Failed(detail, _, for_good):
            end = "Remove the device and switch it on again." if for_good else "Try again in a while."
            return "failed", f"It could not be sent. {detail} {end}"


def trial_payload() -> dict:
    return {
        "title": f"{site_name()} reaches this device",
        "body": "Notifications come like this one.",
        "url": find_path("notification_preferences") or "/",
        "tag": "trial",
        "always": True,  # also where the page is before the person's eyes, as it is now
    }
