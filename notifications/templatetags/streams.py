from decimal import Decimal

import msgspec
from django import template
from django.utils.formats import number_format

from notifications.models import Stream
from notifications.streams.events import value_data
from notifications.streams.pages import announcement_state
from realtime.shared import socket_path

register = template.Library()

SHOWN = 2


@register.filter
def number(value: float) -> str:
    """Format a value as static/js/helpers/numbers.js does: 1,084.25; four significant digits if it is huge or tiny."""
    size = abs(value)
    if size >= 1e12 or 0 < size < 1e-3:
        return f"{value:.4g}"
    plain = f"{value:.4f}".rstrip("0").rstrip(".")
    _, point, decimals = plain.partition(".")
    return number_format(Decimal(plain), len(decimals) if point else 0, use_l10n=True, force_grouping=True)


@register.filter
def latest(stream: Stream) -> dict | None:
    return value_data(stream)


@register.filter
def as_json(data: object) -> str:
    """Encode data as JSON for an attribute; the template escapes it."""
    return msgspec.json.encode(data).decode()


@register.simple_tag
def sees_streams(user) -> bool:
    """Return whether the user may see any stream."""
    return Stream.objects.visible_to(user).exists()


@register.inclusion_tag("notifications/_announcements.html", takes_context=True)
def announcements(context, *, in_chat: bool = False) -> dict:
    """Render the current announcements, which the browser then keeps up to date. Signed-out visitors get nothing."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return {}
    state = announcement_state(request.user)
    rows = state["announcements"]
    return {
        "in_chat": in_chat,
        "here": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
        "shown": rows[:SHOWN],
        "folded": rows[SHOWN:],
        "state": {**state, "socket": socket_path.find_socket_url(request)},
    }
