"""The JSON API of the bell. Ids of other users' notifications are ignored, as if they did not exist."""

from typing import Annotated

import msgspec
from django.utils import timezone

from accounts.pages.view_decorators import SignedInRequest, json_command, json_page
from notifications import kinds
from notifications.inbox import state_changes
from notifications.inbox.list_page import Choice
from notifications.inbox.panel import inbox_state, list_page_data, panel_data
from notifications.inbox.state_changes import MOST_AT_ONCE
from notifications.kinds import UnknownKindError
from notifications.models.querysets import SHOWN
from notifications.rules.snooze_durations import find_waking
from realtime.shared.errors import BadCommand, Invalid
from realtime.shared.http import read_json, whole_number
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

Number = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Ids = Annotated[list[Number], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Some(msgspec.Struct, forbid_unknown_fields=True):
    ids: Ids


class ReadRequest(msgspec.Struct, forbid_unknown_fields=True):
    ids: Ids | None = None
    up_to: Number | None = None


class Snoozing(msgspec.Struct, forbid_unknown_fields=True):
    ids: Ids
    until: str = msgspec.field(name="for")


@json_page
def panel(request: SignedInRequest) -> dict:
    """Return the panel's list."""
    return panel_data(request.user)


@json_page
def listing(request: SignedInRequest) -> dict:
    """Return a page of the list below the position ?before=, filtered by ?kind=, ?stream= and ?show= (SHOWN)."""
    show, kind = request.GET.get("show") or "all", request.GET.get("kind", "")
    if show not in SHOWN:
        raise Invalid(fill_lazy(_("“show” must be one of %(join)s."), join=", ".join(SHOWN)))
    if kind:
        check_kind(kind)
    rows = Choice(show, kind, request.GET.get("stream", "").replace("\0", "")).rows(request.user)
    return {**inbox_state(request.user.pk), **list_page_data(rows, before=whole_number(request.GET, "before"))}


def check_kind(name: str) -> None:
    try:
        kinds.find_kind(name)
    except UnknownKindError as error:
        raise Invalid(str(error)) from error


@json_command
def mark_as_read(request: SignedInRequest) -> dict:
    """Mark {"ids": […]} as read, or everything {"up_to": position}."""
    reading = read_json(request, ReadRequest)
    user_id = request.user.pk
    if (reading.ids is None) == (reading.up_to is None):
        raise BadCommand(_('Send {"ids": […]} or {"up_to": position}.'))
    if reading.ids:
        state_changes.mark_read(user_id, reading.ids)
    elif reading.up_to:
        state_changes.mark_all_read(user_id, min(reading.up_to, inbox_state(user_id)["seq"]))
    return inbox_state(user_id)


@json_command
def archive(request: SignedInRequest) -> dict:
    """Archive {"ids": […]}."""
    state_changes.archive(request.user.pk, read_json(request, Some).ids)
    return inbox_state(request.user.pk)


@json_command
def restore(request: SignedInRequest) -> dict:
    """Move {"ids": […]} back to the list, unread and no longer snoozed."""
    state_changes.restore(request.user.pk, read_json(request, Some).ids)
    return inbox_state(request.user.pk)


@json_command
def snooze(request: SignedInRequest) -> dict:
    """Snooze {"ids": […]} {"for": "hour" | "tomorrow" | "week"}, in the user's time zone."""
    snoozing = read_json(request, Snoozing)
    try:
        until = find_waking(snoozing.until, timezone.localtime())
    except ValueError as error:
        raise Invalid(str(error)) from error
    state_changes.snooze(request.user.pk, snoozing.ids, until)
    return inbox_state(request.user.pk)
