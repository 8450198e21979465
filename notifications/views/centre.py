"""The page of all notifications, and what is done there."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views import PersonRequest
from notifications import kinds, services
from notifications.listing import Choice, find_listing, heard_streams, read_number
from notifications.models import Notification
from notifications.services.changing import MOST_AT_ONCE
from notifications.services.counting import count_unread
from notifications.snoozing import SNOOZES, find_waking

# What the page says after a deed that can be taken back.
SAID = {"archive": "Archived.", **{f"snooze-{word}": f"Snoozed: {label.lower()}." for word, label in SNOOZES.items()}}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def centre(request: PersonRequest) -> HttpResponse:
    return (change if request.method == "POST" else show)(request)


def show(request: PersonRequest) -> HttpResponse:
    """Show what the filter in the address shows; with ?ids= only what is left of those."""
    choice = Choice.read(request.GET)
    ids = [id for text in request.GET.get("ids", "").split(",") if (id := read_number(text)) is not None]
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
    return Notification.objects.filter(user=user_id).aggregate(newest=Max("place"))["newest"] or 0


def find_undo(request: PersonRequest) -> dict:
    """Return what was just done and can be taken back, from the address: "archive 12", or "archive 12 read"."""
    deed, _, rest = request.GET.get("done", "").partition(" ")
    text, _, before = rest.partition(" ")
    id = read_number(text)
    if deed not in SAID or id is None:
        return {}
    return {"done": SAID[deed], "undo": f"restore{'-read' if before else ''} {id}"}


def change(request: PersonRequest) -> HttpResponse:
    """Do what the pressed button says, "archive 12", and show the same page again; where ?ids= came along, those."""
    deed, _, text = request.POST.get("do", "").partition(" ")
    if deed == "read-all":
        read_all(request, up_to=read_number(text) or 0)
        return again(request)
    row = own_notification(request, read_number(text))
    if deed not in CHANGES:
        return HttpResponseBadRequest("There is no such button. Load the page again.", content_type="text/plain")
    CHANGES[deed](request.user.pk, [row.pk])
    return again(request, done=f"{deed} {row.pk}{' read' if row.read_at else ''}" if deed in SAID else "")


def snooze(word: str) -> Callable[[int, list[int]], None]:
    return lambda user_id, ids: services.snooze(user_id, ids, find_waking(word, timezone.localtime()))


def restore_read(user_id: int, ids: list[int]) -> None:
    """Put back what had been read before it was put away."""
    services.restore(user_id, ids)
    services.mark_read(user_id, ids)


def read_all(request: PersonRequest, *, up_to: int) -> None:
    """Mark as read what the filter shows, up to what the person has seen: what came since stays unread."""
    choice = Choice.read(request.GET)
    if not choice.narrowed:
        services.mark_all_read(request.user.pk, min(up_to, newest_place(request.user.pk)))
        return
    shown = choice.rows(request.user).unread().filter(place__lte=up_to)
    ids = list(shown.order_by("-place").values_list("pk", flat=True)[:MOST_AT_ONCE])
    services.mark_read(request.user.pk, ids)
    if len(ids) == MOST_AT_ONCE:
        messages.info(request, f"The newest {len(ids):,} are read. Press again for more.")


def again(request: PersonRequest, *, done: str = "") -> HttpResponse:
    """Go to the page that the form was on."""
    also = {"ids": request.POST.get("ids", ""), "done": done}
    query = stay(request, "before") | {name: value for name, value in also.items() if value}
    return redirect(reverse("notifications", query=query))


def stay(request: PersonRequest, *also: str) -> dict[str, str]:
    """Return the part of the address that stays from one view of the list to the next."""
    return {name: request.GET[name] for name in ("show", "kind", "stream", *also) if name in request.GET}


def own_notification(request: PersonRequest, id: int | None) -> Notification:
    """Return one of this person's notifications that is in the list, or a 404, whoever else's it is."""
    return get_object_or_404(Notification, user=request.user.pk, pk=id, withdrawn_at=None, held=False)


@never_cache
@require_safe
def open_one(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Go where a notification leads, and mark it as read on the way."""
    row = own_notification(request, notification_id)
    services.mark_read(request.user.pk, [row.pk])
    return redirect(row.url or reverse("notifications"))


# What each button does.
CHANGES: dict[str, Callable[[int, list[int]], None]] = {
    "read": services.mark_read,
    "unread": services.restore,
    "archive": services.archive,
    "restore": services.restore,
    "restore-read": restore_read,
    **{f"snooze-{word}": snooze(word) for word in SNOOZES},
}
