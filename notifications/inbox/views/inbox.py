"""The notification page, and its buttons."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages.views import PersonRequest
from notifications import kinds
from notifications.inbox import state_changes
from notifications.inbox.list_page import Choice, find_listing, heard_streams, read_number, read_numbers
from notifications.inbox.state_changes import MOST_AT_ONCE
from notifications.inbox.unread_counts import count_unread
from notifications.models import Notification
from notifications.models.querysets import NotificationQuerySet
from notifications.rules.snooze_durations import SNOOZES, find_waking
from realtime.shared.texts import lazy_text as _

# What the page says after a deed that can be taken back.
SAID = {
    "archive": _("Archived."),
    "snooze-hour": _("Snoozed: for an hour."),
    "snooze-tomorrow": _("Snoozed: until tomorrow."),
    "snooze-week": _("Snoozed: until next week."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def centre(request: PersonRequest) -> HttpResponse:
    return (change if request.method == "POST" else show)(request)


def show(request: PersonRequest) -> HttpResponse:
    """Show what the filter in the address shows; with ?ids= only what is left of those."""
    choice = Choice.read(request.GET)
    ids = read_numbers(request.GET.get("ids", ""))
    before = read_number(request.GET.get("before"))
    streams = heard_streams(request.user)
    context = {
        "here": stay(request),
        "choice": choice,
        # Read when it is drawn, after the bell has said up to where it has heard: what comes later comes as an event.
        "listing": SimpleLazyObject(lambda: find_listing(request.user, choice, before=before, ids=ids)),
        "before": before,
        "unread": count_unread([request.user.pk])[request.user.pk],
        "newest": newest_place(request.user.pk),
        "kinds": sorted(kinds.all_kinds(), key=lambda kind: kind.label),
        "streams": streams,
        "stream_name": next((each.name for each in streams if each.slug == choice.stream), choice.stream),
        "snoozes": SNOOZES,
        **find_undo(request),
    }
    return render(request, "notifications/centre.html", context)


def newest_place(user_id: int) -> int:
    return Notification.objects.filter(user=user_id).aggregate(newest=Max("position"))["newest"] or 0


def find_undo(request: PersonRequest) -> dict:
    """Return what was just done and can be taken back, from the address: "archive 12,11", or "archive 12 read"."""
    deed, _, rest = request.GET.get("done", "").partition(" ")
    text, _, before = rest.partition(" ")
    ids = read_numbers(text)
    if deed not in SAID or not ids:
        return {}
    return {"done": SAID[deed], "undo": f"restore{'-read' if before else ''} {as_text(ids)}"}


def change(request: PersonRequest) -> HttpResponse:
    """Do what the pressed button says, "archive 12,11", and show the same page again; where ?ids= came along, those."""
    deed, _, text = request.POST.get("do", "").partition(" ")
    if deed == "read-all":
        read_all(request, up_to=read_number(text) or 0)
        return again(request)
    rows = get_list_or_404(own_notifications(request), pk__in=read_numbers(text))
    if deed not in CHANGES:
        return HttpResponseBadRequest(
            gettext("There is no such button. Load the page again."), content_type="text/plain"
        )
    ids = [row.pk for row in rows]
    CHANGES[deed](request.user.pk, ids)
    was_read = " read" if rows[0].read_at else ""
    return again(request, done=f"{deed} {as_text(ids)}{was_read}" if deed in SAID else "")


def as_text(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def snooze(word: str) -> Callable[[int, list[int]], None]:
    return lambda user_id, ids: state_changes.snooze(user_id, ids, find_waking(word, timezone.localtime()))


def restore_read(user_id: int, ids: list[int]) -> None:
    """Put back what had been read before it was put away."""
    state_changes.restore(user_id, ids)
    state_changes.mark_read(user_id, ids)


def read_all(request: PersonRequest, *, up_to: int) -> None:
    """Mark as read what the filter shows, up to what the person has seen: what came since stays unread."""
    choice = Choice.read(request.GET)
    if not choice.narrowed:
        state_changes.mark_all_read(request.user.pk, min(up_to, newest_place(request.user.pk)))
        return
    shown = choice.rows(request.user).unread().filter(position__lte=up_to)
    ids = list(shown.order_by("-position").values_list("pk", flat=True)[:MOST_AT_ONCE])
    state_changes.mark_read(request.user.pk, ids)
    if len(ids) == MOST_AT_ONCE:
        messages.info(
            request, gettext("The newest %(count)s are read. Press again for more.") % {"count": f"{len(ids):,}"}
        )


def again(request: PersonRequest, *, done: str = "") -> HttpResponse:
    """Go to the page that the form was on."""
    also = {"ids": request.POST.get("ids", ""), "done": done}
    query = stay(request, "before") | {name: value for name, value in also.items() if value}
    return redirect(reverse("notifications", query=query))


def stay(request: PersonRequest, *also: str) -> dict[str, str]:
    """Return the part of the address that stays from one view of the list to the next."""
    return {name: request.GET[name] for name in ("show", "kind", "stream", *also) if name in request.GET}


def own_notifications(request: PersonRequest) -> NotificationQuerySet:
    """Return what is in this person's list: what is another's is a 404, as what is not there."""
    return Notification.objects.filter(user=request.user.pk, retracted_at=None, held=False).order_by("-position")


@never_cache
@require_safe
def open_one(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Go where a notification leads, and mark it as read on the way, with those that ?with= names."""
    row = get_object_or_404(own_notifications(request), pk=notification_id)
    state_changes.mark_read(request.user.pk, [row.pk, *read_numbers(request.GET.get("with", ""))])
    return redirect(row.url or reverse("notifications"))


# What each button does.
CHANGES: dict[str, Callable[[int, list[int]], None]] = {
    "read": state_changes.mark_read,
    "unread": state_changes.restore,
    "archive": state_changes.archive,
    "restore": state_changes.restore,
    "restore-read": restore_read,
    **{f"snooze-{word}": snooze(word) for word in SNOOZES},
}
