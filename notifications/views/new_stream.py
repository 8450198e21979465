"""Making a stream: four questions, and then all that a program needs to publish."""

from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications.forms.new_stream import NewStreamForm, find_slug
from notifications.models import Stream
from notifications.services import subscribing
from notifications.services.streams import create_stream, rotate_token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("notifications.add_stream", raise_exception=True)
def new_stream(request: HttpRequest) -> HttpResponse:
    """Ask for a stream, make it, and show its token, which is kept nowhere, this once."""
    form = NewStreamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stream, key = make_stream(request.user, form)
        return render(request, "notifications/stream_made.html", {"stream": stream, "key": key})
    return render(request, "notifications/stream_new.html", {"form": form}, status=(form.errors and 422) or 200)


@transaction.atomic
def make_stream(user, form: NewStreamForm) -> tuple[Stream, str]:
    """Make a stream and its token. Whoever makes it gets it, too: else they could not see one that is restricted."""
    stream = create_stream(find_slug(form.cleaned_data["name"]), **form.values())
    if stream.is_open:
        subscribing.subscribe(user, stream)
    else:
        subscribing.give(user, stream, active=True)
    return stream, rotate_token(stream)
