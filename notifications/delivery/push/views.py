"""The JSON API of a user's push devices. Another user's device looks like one that does not exist."""

from typing import Annotated

import msgspec
from django.middleware.csrf import get_token
from django.utils.translation import gettext_lazy as _

from accounts.pages.view_decorators import SignedInRequest, json_command, json_page
from notifications.delivery.push import devices
from notifications.delivery.push.browser_names import name_browser
from notifications.delivery.push.keys import find_keys
from notifications.delivery.push.trial import try_device
from notifications.models import Device
from realtime.shared.errors import NotFound
from realtime.shared.http import read_json
from realtime.shared.rate_limit import HOUR_SECONDS, SharedRateLimit

changes = SharedRateLimit("push-device", 60, HOUR_SECONDS, _("You're changing your devices too quickly."))
trials = SharedRateLimit("push-trial", 20, HOUR_SECONDS, _("You're sending test pushes too quickly."))
ADDRESS = r"\A[!-~]*\Z"  # browsers encode every URL like this
Endpoint = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=ADDRESS)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(max_length=devices.NAME_CHARACTERS)]


class BrowserKeys(msgspec.Struct):
    p256dh: Key
    auth: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]


class Registering(msgspec.Struct):
    """The fields of PushSubscription.toJSON(), which may get more, and the browser's earlier endpoint."""

    endpoint: Endpoint
    keys: BrowserKeys
    replaces: Annotated[str, msgspec.Meta(max_length=1000, pattern=ADDRESS)] = ""


class Seeing(msgspec.Struct, forbid_unknown_fields=True):
    endpoint: Endpoint


class Renaming(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


@json_page
def state(request: SignedInRequest) -> dict:
    """Return the devices, and the data that a service worker needs for requests: the site's key and a CSRF token."""
    return {"devices": devices.list_devices(request.user), "key": find_keys().public, "csrf": get_token(request)}


@json_command
def register_browser(request: SignedInRequest) -> dict:
    """Register this browser: {"endpoint", "keys": {"p256dh", "auth"}}; also when its endpoint has changed."""
    form = read_json(request, Registering)
    changes.spend(request.user.pk)
    subscription = devices.PushSubscription(form.endpoint, form.keys.p256dh, form.keys.auth)
    name = name_browser(request.headers.get("User-Agent", ""))
    session_key = request.session.session_key or ""
    device = devices.register_device(
        request.user, subscription, name=name, replaces=form.replaces, session_key=session_key
    )
    return {"device": devices.device_data(device)}


@json_command
def see(request: SignedInRequest) -> dict:
    """Return the device of the browser with {"endpoint"}; null if it was removed or is another user's."""
    endpoint = read_json(request, Seeing).endpoint
    device = devices.see_device(request.user, endpoint, session_key=request.session.session_key or "")
    return {"device": device and devices.device_data(device)}


@json_command
def rename(request: SignedInRequest, device_id: int) -> dict:
    """Set a device's {"name"}."""
    device = find_device(request, device_id)
    form = read_json(request, Renaming)
    changes.spend(request.user.pk)
    devices.rename_device(device, form.name)
    return {"device": devices.device_data(device)}


@json_command
def remove_device(request: SignedInRequest, device_id: int) -> dict:
    """Delete a device, which ends its pushes."""
    find_device(request, device_id).delete()
    return {}


@json_command
def send_test(request: SignedInRequest, device_id: int) -> dict:
    """Send a test push to a device now, and return the result."""
    device = find_device(request, device_id)
    trials.spend(request.user.pk)
    outcome, text = try_device(device)
    device.refresh_from_db()
    return {"outcome": outcome, "message": text, "device": devices.device_data(device)}


def find_device(request: SignedInRequest, device_id: int) -> Device:
    device = Device.objects.filter(user=request.user.pk, pk=device_id).first()
    if device is None:
        raise NotFound
    return device
