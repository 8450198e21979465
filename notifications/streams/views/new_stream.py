"""The page that creates a stream and shows its token."""

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications.models import Stream
from notifications.streams import subscriptions
from notifications.streams.definitions import create_stream, rotate_token
from notifications.streams.forms import NewStreamForm, find_slug


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("notifications.add_stream", raise_exception=True)
def new_stream(request: HttpRequest) -> HttpResponse:
    """Create a stream and show its token once: only a digest is stored."""
    form = NewStreamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stream, key = create(request.user, form)
        except (ValidationError, IntegrityError):  # another stream got the same slug meanwhile
            form.add_error(None, gettext("The stream was not created. Try again."))
        else:
            return render(request, "notifications/stream_created.html", {"stream": stream, "key": key})
    return render(request, "notifications/stream_new.html", {"form": form}, status=(form.errors and 422) or 200)


@transaction.atomic
def create(user, form: NewStreamForm) -> tuple[Stream, str]:
    """Create a stream and its token, and subscribe its creator, who might not see a restricted stream otherwise."""
    stream = create_stream(find_slug(form.cleaned_data["name"]), **form.values())
    if stream.is_open:
        subscriptions.subscribe(user, stream)
    else:
        subscriptions.give(user, stream, active=True)
    return stream, rotate_token(stream)
