"""Send a push to one device, and say what its service answered."""

from typing import NamedTuple

from notifications.models import Device


class Sent(NamedTuple):
    """The push service took it."""


class Gone(NamedTuple):
    """The service says that there is no such device any more."""


class Failed(NamedTuple):
    """It may be otherwise later; `retry_after`: the seconds for which the service asks."""

    detail: str
    retry_after: float | None = None


def send(device: Device, payload: dict) -> Sent | Gone | Failed:
    """Send a payload to a device; waits for its push service."""
    return Failed("Devices cannot be reached yet.")
