"""The notification page and its actions."""

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
from notifications.inbox.list_page import Choice, find_listing, notifying_streams, read_number, read_numbers
from notifications.inbox.state_changes import MOST_AT_ONCE
from notifications.inbox.unread_counts import count_unread
from notifications.models import Notification
from notifications.models.querysets import NotificationQuerySet
from notifications.rules.snooze_durations import SNOOZES, find_waking
from realtime.shared.texts import lazy_text as _

# The messages after an action that can be undone.
MESSAGES = {
    "archive": _("Archived."),
    "snooze-hour": _("Snoozed for an hour."),
    "snooze-tomorrow": _("Snoozed until tomorrow, 9:00."),
    "snooze-week": _("Snoozed until Monday, 9:00."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_page(request: PersonRequest) -> HttpResponse:
    return (change if request.method == "POST" else show)(request)


def show(request: PersonRequest) -> HttpResponse:
    """Show the notifications that match the filter in the URL; with ?ids= only those of them that still match."""
    choice = Choice.read(request.GET)
    ids = read_numbers(request.GET.get("ids", ""))
    before = read_number(request.GET.get("before"))
    streams = notifying_streams(request.user)
    context = {
        "here": stay(request),
        "choice": choice,
        # Lazy, so that it is read after the bell's seq: a later change then arrives as an event.
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
    return render(request, "notifications/inbox.html", context)


def newest_place(user_id: int) -> int:
    return Notification.objects.filter(user=user_id).aggregate(newest=Max("position"))["newest"] or 0


def find_undo(request: PersonRequest) -> dict:
    """Return the last action and its undo from the URL: "archive 12,11", or "archive 12 read" if it had been read."""
    deed, _, rest = request.GET.get("done", "").partition(" ")
    text, _, before = rest.partition(" ")
    ids = read_numbers(text)
    if deed not in MESSAGES or not ids:
        return {}
    return {"done": MESSAGES[deed], "undo": f"restore{'-read' if before else ''} {as_text(ids)}"}


def change(request: PersonRequest) -> HttpResponse:
    """Do the action of the pressed button, "archive 12,11", and show the page again; with ?ids=, only those rows."""
    deed, _, text = request.POST.get("do", "").partition(" ")
    if deed == "read-all":
        read_all(request, up_to=read_number(text) or 0)
        return again(request)
    rows = get_list_or_404(own_notifications(request), pk__in=read_numbers(text))
    if deed not in CHANGES:
        return HttpResponseBadRequest(gettext("This action doesn't exist. Reload the page."), content_type="text/plain")
    ids = [row.pk for row in rows]
    CHANGES[deed](request.user.pk, ids)
    was_read = " read" if rows[0].read_at else ""
    return again(request, done=f"{deed} {as_text(ids)}{was_read}" if deed in MESSAGES else "")


def as_text(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def snooze(word: str) -> Callable[[int, list[int]], None]:
    return lambda user_id, ids: state_changes.snooze(user_id, ids, find_waking(word, timezone.localtime()))


def restore_read(user_id: int, ids: list[int]) -> None:
    """Move some back to the list as read: they had been read before they were archived."""
    state_changes.restore(user_id, ids)
    state_changes.mark_read(user_id, ids)


def read_all(request: PersonRequest, *, up_to: int) -> None:
    """Mark as read everything that the filter shows, up to the newest one that the user has seen."""
    choice = Choice.read(request.GET)
    if not choice.narrowed:
        state_changes.mark_all_read(request.user.pk, min(up_to, newest_place(request.user.pk)))
        return
    shown = choice.rows(request.user).unread().filter(position__lte=up_to)
    ids = list(shown.order_by("-position").values_list("pk", flat=True)[:MOST_AT_ONCE])
    state_changes.mark_read(request.user.pk, ids)
    if len(ids) == MOST_AT_ONCE:
        messages.info(
            request,
            gettext("Marked the newest %(count)s as read. Press again to mark more.") % {"count": f"{len(ids):,}"},
        )


def again(request: PersonRequest, *, done: str = "") -> HttpResponse:
    """Redirect to the page of the form."""
    also = {"ids": request.POST.get("ids", ""), "done": done}
    query = stay(request, "before") | {name: value for name, value in also.items() if value}
    return redirect(reverse("notifications", query=query))


def stay(request: PersonRequest, *also: str) -> dict[str, str]:
    """Return the query parameters that are kept from one view of the list to the next."""
    return {name: request.GET[name] for name in ("show", "kind", "stream", *also) if name in request.GET}


def own_notifications(request: PersonRequest) -> NotificationQuerySet:
    """Return the notifications in the user's list. Another user's is a 404, like one that does not exist."""
    return Notification.objects.filter(user=request.user.pk, retracted_at=None, held=False).order_by("-position")


@never_cache
@require_safe
def open_one(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Redirect to a notification's URL and mark it as read, with those in ?with=."""
    row = get_object_or_404(own_notifications(request), pk=notification_id)
    state_changes.mark_read(request.user.pk, [row.pk, *read_numbers(request.GET.get("with", ""))])
    return redirect(row.url or reverse("notifications"))


# The action of each button.
CHANGES: dict[str, Callable[[int, list[int]], None]] = {
    "read": state_changes.mark_read,
    "unread": state_changes.restore,
    "archive": state_changes.archive,
    "restore": state_changes.restore,
    "restore-read": restore_read,
    **{f"snooze-{word}": snooze(word) for word in SNOOZES},
}
