"""The pages that explain one notification, and list those held back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.pages.views import PersonRequest
from notifications.groups import find_labels
from notifications.inbox.explanations import explain_held, explain_row
from notifications.inbox.unread_counts import count_unread
from notifications.kinds import find_or_generic
from notifications.models import Notification
from notifications.models.stream_access import hide_streams
from notifications.rules.preview import WEEK
from realtime.shared.cursors import make_cursor, read_cursor

HELD_A_PAGE = 50


@never_cache
@require_safe
def why(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Explain where a notification went and why, also if it is held or retracted."""
    rows = Notification.objects.select_related("actor", "stream")
    row = get_object_or_404(rows, user=request.user.pk, pk=notification_id)
    hide_streams([row])
    label = find_labels(request.user.pk, [row.group]).get(row.group)
    deliveries = row.deliveries.select_related("device").order_by("pk")
    context = {
        "row": row,
        "kind": find_or_generic(row.kind),
        "label": label,
        "explanations": explain_row(row, list(deliveries), label),
    }
    return render(request, "notifications/why.html", context)


@never_cache
@require_safe
def held(request: PersonRequest) -> HttpResponse:
    """List the notifications held back in the last week, newest first, each with its reason."""
    rows = Notification.objects.filter(user=request.user.pk, held=True, retracted_at=None)
    rows = rows.filter(created_at__gte=timezone.now() - WEEK).select_related("actor").order_by("-pk")
    edge = read_cursor("held", request.GET.get("before"))
    found = list((rows.filter(pk__lt=edge[0]) if edge else rows)[: HELD_A_PAGE + 1])
    labels = find_labels(request.user.pk, {row.group for row in found})
    shown = [explain_held(row, labels.get(row.group)) for row in found[:HELD_A_PAGE]]
    more = make_cursor("held", found[HELD_A_PAGE - 1].pk) if len(found) > HELD_A_PAGE else None
    unread = count_unread([request.user.pk])[request.user.pk]
    context: dict = {"rows": shown, "next": more, "is_first": edge is None, "unread": unread, "here": {}}
    return render(request, "notifications/held.html", context)
