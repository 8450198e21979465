"""Sends one push to one device and returns the result."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils import timezone

from notifications.delivery.http import (
    INTERNET,
    BadAddress,
    NotPublic,
    OutgoingError,
    Request,
    read_target,
    send_request,
)
from notifications.delivery.push.encryption import encrypt, read_reader
from notifications.delivery.push.keys import Keys, find_keys, prove
from notifications.delivery.push.payload import pack_payload
from notifications.delivery.push.service_limits import rests
from notifications.models import Device

DAY_SECONDS = 24 * 3600  # a device that was off for longer finds it in the list
SCHEMES = ("https",)
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
DETAIL_CHARACTERS = 200
APPLE = "push.apple.com"


class Sent(NamedTuple):
    """The push service accepted the push."""


class Gone(NamedTuple):
    """The push service no longer knows the subscription."""


class Failed(NamedTuple):
    """The push service did not accept it. `retry_after`: seconds until a retry is welcome; `for_good`: never retry."""

    detail: str
    retry_after: float | None = None
    for_good: bool = False


def send_push(
    device: Device, payload: dict, *, ttl: int = DAY_SECONDS, urgency: str | None = None, topic: str | None = None
) -> Sent | Gone | Failed:
    """Send a payload to a device, outside of any transaction. A device whose subscription has ended is marked so."""
    result = transmit(device, payload, find_keys(), ttl=ttl, urgency=urgency, topic=topic)
    if isinstance(result, Gone):
        Device.objects.filter(pk=device.pk, gone_at=None).update(gone_at=timezone.now())
    return result


def transmit(
    device: Device,
    payload: dict,
    keys: Keys,
    *,
    ttl: int = DAY_SECONDS,
    urgency: str | None = None,
    topic: str | None = None,
) -> Sent | Gone | Failed:
    """Send a payload to a device, from any thread and without the database.

    `urgency`: "very-low" to "high"; a sleeping phone wakes up only for an urgent one. `topic`: this push replaces an
    earlier one with the same topic that the service has not delivered yet. Blocks for five seconds at most, and not at
    all while the service is paused for being slow.
    """
    if not payload.get("title") and wants_to_be_seen(device):
        return Sent()
    if seconds := rests.left(device.endpoint):
        return Failed("The push service was too slow a moment ago.", seconds)
    began, is_busy = monotonic(), False
    try:
        response = send_request(make_request(device, payload, keys, ttl, urgency, topic), INTERNET)
        is_busy = response.status in BUSY
    except (BadAddress, NotPublic) as error:
        return Failed(str(error), for_good=True)
    except OutgoingError as error:
        return Failed(str(error))
    except ValueError as error:
        return Failed(f"The device's keys are invalid: {error}", for_good=True)
    finally:
        rests.note(device.endpoint, monotonic() - began, is_busy=is_busy)
    return judge(response.status, response.headers.get("Retry-After", ""), response.body)


def wants_to_be_seen(device: Device) -> bool:
    """Return whether a push must show something: Apple ends a subscription after a few silent pushes."""
    return (urlsplit(device.endpoint).hostname or "").endswith(APPLE)


def make_request(
    device: Device, payload: dict, keys: Keys, ttl: int, urgency: str | None, topic: str | None
) -> Request:
    body = encrypt(pack_payload(payload), read_reader(device.p256dh, device.auth))
    headers = {
        "Authorization": prove(keys, read_target(device.endpoint, SCHEMES).origin, timezone.now()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Urgency": urgency or ("high" if payload.get("title") else "normal"),
    }
    if topic:
        headers["Topic"] = topic
    return Request("POST", device.endpoint, headers, body, schemes=SCHEMES)


def judge(status: int, retry_after: str, body: bytes) -> Sent | Gone | Failed:
    """Return the meaning of a response. A push that was refused for its own content would be refused again."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Sent()
    if status in GONE:
        return Gone()
    text = body.decode(errors="replace").strip()[:DETAIL_CHARACTERS]
    detail = f"The push service responded with {status}" + (f" ({text})." if text else ".")
    passes = status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Failed(detail, seconds_of(retry_after) if passes else None, for_good=not passes)


def seconds_of(retry_after: str) -> float | None:
    """Read a Retry-After header, which has seconds or a date."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after[:9])
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - timezone.now()).total_seconds())
