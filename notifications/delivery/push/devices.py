"""Services for a user's push devices: register, see again, rename, remove."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from notifications.delivery.http import OutgoingError, read_target
from notifications.delivery.http.urls import check_looks_public
from notifications.delivery.push.encryption import read_reader
from notifications.delivery.push.sender import SCHEMES
from notifications.models import Device
from realtime.shared.errors import Invalid
from realtime.shared.events import moment
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

DEVICES_A_PERSON = 10
GONE_KEPT = 5
NAME_CHARACTERS = 80
SEEN_AGAIN_AFTER = timedelta(minutes=1)


class PushSubscription(NamedTuple):
    """The fields of a browser's PushSubscription."""

    endpoint: str
    p256dh: str
    auth: str


@transaction.atomic
def register_device(
    user, subscription: PushSubscription, *, name: str, replaces: str = "", session_key: str = ""
) -> Device:
    """Register a subscription for a user, and return its device. It replaces another user's registration.

    `name`: the name of a new device. `replaces`: the browser's earlier endpoint. `session_key`: the session that the
    device depends on. Raises Invalid.
    """
    check_subscription(subscription)
    # Locks the user, so that parallel requests cannot exceed the limit.
    get_user_model()._default_manager.select_for_update().get(pk=user.pk)
    Device.objects.filter(endpoint=subscription.endpoint).exclude(user=user).delete()
    known = find_known(user, [subscription.endpoint, replaces])
    if known is None:
        make_room(user)
        known = Device(user=user, name=clean_device_name(name) or gettext("A browser"))
    known.endpoint, known.p256dh, known.auth = subscription
    known.last_used_at, known.gone_at, known.session_key = timezone.now(), None, session_key
    known.save()
    return known


def check_subscription(subscription: PushSubscription) -> None:
    """Check that a push can be sent to a subscription. Raises Invalid."""
    try:
        check_looks_public(read_target(subscription.endpoint, SCHEMES))
    except OutgoingError as error:
        raise Invalid(fill_lazy(_("Your browser's push service can't be used. %(error)s"), error=error)) from error
    try:
        read_reader(subscription.p256dh, subscription.auth)
    except ValueError as error:
        raise Invalid(_("Your browser sent invalid push keys. Reload the page and try again.")) from error


def find_known(user, endpoints: Collection[str]) -> Device | None:
    """Return the user's device with one of these endpoints. If there are several, delete all but the first."""
    known = {device.endpoint: device for device in Device.objects.filter(user=user, endpoint__in=endpoints)}
    found = [known[endpoint] for endpoint in endpoints if endpoint in known]
    for other in found[1:]:
        other.delete()
    return found[0] if found else None


def make_room(user) -> None:
    """Delete the user's oldest ended devices. Raises Invalid if there are DEVICES_A_PERSON others."""
    theirs = Device.objects.filter(user=user)
    if theirs.filter(gone_at=None).count() >= DEVICES_A_PERSON:
        raise Invalid(
            fill_lazy(
                _("You already have %(devices_a_person)s devices. Remove one to add this one."),
                devices_a_person=DEVICES_A_PERSON,
            )
        )
    old = theirs.exclude(gone_at=None).order_by("-gone_at").values_list("pk", flat=True)[GONE_KEPT:]
    theirs.filter(pk__in=list(old)).delete()


def see_device(user, endpoint: str, *, session_key: str = "") -> Device | None:
    """Note that the browser with this endpoint was used, and return its device; None if it is not this user's."""
    device = Device.objects.filter(user=user, endpoint=endpoint, gone_at=None).first()
    now = timezone.now()
    if device is None:
        return None
    is_new_session = device.session_key != session_key
    if is_new_session or device.last_used_at is None or now - device.last_used_at > SEEN_AGAIN_AFTER:
        device.last_used_at, device.session_key = now, session_key
        device.save(update_fields=["last_used_at", "session_key"])
    return device


def rename_device(device: Device, name: str) -> None:
    device.name = clean_device_name(name)
    if not device.name:
        raise Invalid(_("Enter a name for the device."))
    device.save(update_fields=["name"])


def forget_devices(user) -> None:
    """Delete all devices of a user who has signed out everywhere."""
    Device.objects.filter(user=user.pk).delete()


def clean_device_name(name: str) -> str:
    """Return a name as one line of printable characters."""
    return " ".join("".join(character for character in name if character.isprintable()).split())[
        :NAME_CHARACTERS
    ].strip()


def device_data(device: Device) -> dict:
    """Return a device for its user's pages, without the endpoint: anyone who knows it could push there."""
    return {
        "id": device.pk,
        "name": device.name,
        "created_at": moment(device.created_at),
        "last_used_at": moment(device.last_used_at),
        "gone_at": moment(device.gone_at),
    }


def list_devices(user) -> list[dict]:
    """Return a user's devices: those that accept pushes first, newest first."""
    theirs = Device.objects.filter(user=user.pk).order_by("-pk")
    return [device_data(device) for device in sorted(theirs, key=lambda device: device.gone_at is not None)]
