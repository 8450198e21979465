"""The page of the link in each email, which unsubscribes without a sign-in, also by one click in the email program."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.delivery.email.unsubscribe_links import EVERYTHING, Stop, read_token, stop_emails
from notifications.kinds import find_or_generic


# Email programs post here without a cookie (RFC 8058); only the signed token gives permission.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, because email programs prefetch links; on POST unsubscribe.

    From the token's kind, or from all kinds with the field `everything`.
    """
    stop = read_token(token)
    if stop is None:
        return render(request, "notifications/unsubscribe.html", {"is_broken": True}, status=404)
    if request.method == "POST":
        stop = Stop(stop.user_id, EVERYTHING) if "everything" in request.POST else stop
        stop_emails(stop)
    label = "" if stop.kind == EVERYTHING else find_or_generic(stop.kind).label
    return render(request, "notifications/unsubscribe.html", {"label": label, "is_done": request.method == "POST"})
